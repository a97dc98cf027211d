"""The licences that other tools know by a name of their own. Pure.

The identifiers are those of the SPDX licence list (https://spdx.org/licenses) and, where it has another word for the
same licence, of the Hugging Face Hub (https://huggingface.co/docs/hub/repositories-licenses).
"""

from __future__ import annotations

import re

_AS_SPDX = (
    *("AFL-3.0", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "BSL-1.0"),
    *("CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0"),
    *("CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0"),
    *("CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0"),
    *("ECL-2.0", "EPL-1.0", "EPL-2.0", "EUPL-1.1", "EUPL-1.2", "ISC", "MIT", "MPL-2.0", "MS-PL", "NCSA", "OFL-1.1"),
    *("OSL-3.0", "PostgreSQL", "Unlicense", "WTFPL", "Zlib"),
)
_OTHERWISE = {
    "AGPL-3.0-only": "agpl-3.0",
    "AGPL-3.0-or-later": "agpl-3.0",
    "GPL-2.0-only": "gpl-2.0",
    "GPL-2.0-or-later": "gpl-2.0",
    "GPL-3.0-only": "gpl-3.0",
    "GPL-3.0-or-later": "gpl-3.0",
    "LGPL-2.1-only": "lgpl-2.1",
    "LGPL-2.1-or-later": "lgpl-2.1",
    "LGPL-3.0-only": "lgpl-3.0",
    "LGPL-3.0-or-later": "lgpl-3.0",
    "ODC-By-1.0": "odc-by",
    "ODbL-1.0": "odbl",
    "PDDL-1.0": "pddl",
}
_HUB = {name: name.lower() for name in _AS_SPDX} | _OTHERWISE
_SPDX = {name.casefold(): name for name in _HUB}


def spdx_id(stated: str) -> str | None:
    """The SPDX identifier of a licence as people write it ("CC BY-SA 4.0", "mit"); None where it is not clear."""
    return _SPDX.get(re.sub(r"[\s_]+", "-", stated.strip()).casefold())


def hub_id(stated: str) -> str | None:
    """What the Hugging Face Hub calls a licence; None where it has no word for it."""
    name = spdx_id(stated)
    return _HUB[name] if name else None
