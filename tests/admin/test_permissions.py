"""Who may see and do what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import ArtifactVersion, Link
from catalog.roles import Role, group_of
from tests.admin.browsing import Visitor, VisitorWith, added_evaluation, added_link
from tests.admin.conftest import visitor
from tests.factories import complete_model, evaluated_model, make_dataset, orphan_model

pytestmark = pytest.mark.django_db

MODELS = ["modelversion", "datasetversion", "analysisversion", "hypothesisversion", "otherversion"]
OTHERS = ["artifact", "identifier", "link", "evaluation", "metricdefinition"]


def test_who_has_not_signed_in_is_asked_to(client: Client) -> None:
    model = orphan_model()
    for path in ("", "catalog/modelversion/", f"catalog/modelversion/{model.pk}/history/"):
        assert client.get(f"/admin/{path}", headers={"host": "localhost"}).status_code == 302


@pytest.mark.parametrize("model", [*MODELS, *OTHERS])
def test_staff_without_permissions_see_nothing(visit_with: VisitorWith, model: str) -> None:
    evaluated_model()
    visit = visit_with()
    key = orphan_model().pk
    for path in ("", "add/", f"{key}/change/", f"{key}/history/"):
        # A row that is not there leads to the index before anybody asks who may see it.
        assert visit.client.get(f"/admin/catalog/{model}/{path}").status_code in {403, 302}
    assert visit.client.get(f"/admin/catalog/{model}/").status_code == 403
    assert b"Flagged models" not in visit.client.get("/admin/").content


def test_staff_without_permissions_get_403_for_rows_that_are_there(visit_with: VisitorWith) -> None:
    visit, model = visit_with(), evaluated_model()
    link, evaluation = model.links.first(), model.evaluations.get()
    assert link is not None
    for path in (f"modelversion/{model.pk}", f"link/{link.pk}", f"evaluation/{evaluation.pk}"):
        for page in ("change", "history"):
            assert visit.client.get(f"/admin/catalog/{path}/{page}/").status_code == 403
            assert visit.client.post(f"/admin/catalog/{path}/{page}/").status_code == 403
    assert visit.act("modelversion", "set_state", [model]).status_code == 403


@pytest.mark.parametrize("codename", ["view_modelversion", "view_artifactversion"])
def test_who_may_view_models_sees_and_changes_nothing(visit_with: VisitorWith, codename: str) -> None:
    visit = visit_with(codename)
    model = evaluated_model("model-a")
    make_dataset("dataset-a")
    page = visit.page(model)
    assert page.status_code == 200 and b"Why the score" in page.content and b"_save" not in page.content
    assert b"rmse" in page.content and b"links-0-close" not in page.content and b"New version" not in page.content
    assert visit.history(model)
    assert visit.add_page("modelversion").status_code == 403
    posted = {"tag": "stable", **added_link("trained_on", "dataset-a"), **added_evaluation("mae", "1")}
    assert visit.client.post(visit.path(model), posted).status_code == 403
    listed = visit.list("modelversion")
    assert b"export_csv" in listed.content and b"set_state" not in listed.content and b"reaudit" not in listed.content
    visit.act("modelversion", "set_state", [model], confirmed="1", state="retracted", reason="r")
    visit.act("modelversion", "reaudit", [model])
    assert ArtifactVersion.objects.get(pk=model.pk).state == "active"
    assert visit.act("modelversion", "export_csv", [model])["Content-Type"].startswith("text/csv")


def test_permissions_of_one_kind_are_for_that_kind(visit_with: VisitorWith) -> None:
    visit = visit_with("change_datasetversion", "add_datasetversion")
    assert visit.list("datasetversion").status_code == 200
    assert visit.list("modelversion").status_code == 403
    assert visit.page(orphan_model()).status_code == 403


def test_a_registrant_adds_and_neither_amends_nor_withdraws(db: None) -> None:
    user = User.objects.create_user("registrant", is_staff=True)
    user.groups.add(group_of(Role.REGISTRANT))
    visit = visitor(user)
    response = visit.add("modelversion", artifact="model-a", title="T", family="statistical")
    version = ArtifactVersion.objects.get(public_id="model-a-v1")
    assert response.url == visit.path(version)
    page = visit.page(version)
    assert page.status_code == 200 and b'name="tag"' not in page.content
    assert visit.client.post(visit.path(version), {"tag": "stable"}).status_code == 403
    make_dataset("dataset-a")
    said = {"source": "model-a", "relation": "trained_on", "ref": "dataset-a", "stated_as": "", "outcome": ""}
    assert visit.add("link", **said).status_code == 302
    links = list(Link.objects.all())
    visit.act("link", "withdraw_selected", links, confirmed="1", reason="r")
    assert Link.objects.count() == 1


def test_who_may_change_a_version_but_not_its_facts_cannot_add_or_close_them(visit_with: VisitorWith) -> None:
    visit = visit_with("change_artifactversion")
    make_dataset("dataset-a")
    model = complete_model()
    before = list(model.links.values_list("pk", flat=True))
    forged = {
        "links-0-close": "on",
        "links-0-reason": "r",
        "links-2-INITIAL_FORMS": "0",
        **added_link("trained_on", "dataset-a"),
        "evaluations-2-INITIAL_FORMS": "0",
        **added_evaluation("mae", "1"),
    }
    assert visit.change(model, tag="stable", **forged).status_code == 302
    model.refresh_from_db()
    assert model.version_tag == "stable"
    assert list(model.links.values_list("pk", flat=True)) == before and not model.evaluations.exists()


def test_the_history_needs_the_permission_to_view(visit_with: VisitorWith) -> None:
    model = orphan_model()
    assert visit_with("view_modelversion").history(model)
    assert visit_with("view_link").client.get(f"/admin/catalog/modelversion/{model.pk}/history/").status_code == 403


def test_curators_issue_no_tokens_by_their_role(visit: Visitor) -> None:
    assert visit.client.get("/admin/knox/authtoken/").status_code == 403


def test_root_finds_the_page_of_tokens(visit_as_root: Visitor) -> None:
    assert visit_as_root.client.get("/admin/knox/authtoken/").status_code == 200
