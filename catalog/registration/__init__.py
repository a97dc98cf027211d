"""The one door for writing: the API, the admin and the importers all come through here."""

from catalog.registration.amend import assess, decide_family, set_state, set_tag
from catalog.registration.evaluations import append_evaluation, retract_evaluation
from catalog.registration.links import add_link, withdraw_link
from catalog.registration.register import Registered, register
from catalog.registration.submission import Assessment, EvaluationInput, LinkInput, Source, VersionInput

__all__ = [
    "Assessment",
    "EvaluationInput",
    "LinkInput",
    "Registered",
    "Source",
    "VersionInput",
    "add_link",
    "append_evaluation",
    "assess",
    "decide_family",
    "register",
    "retract_evaluation",
    "set_state",
    "set_tag",
    "withdraw_link",
]
