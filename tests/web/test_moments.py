"""Pages as of a moment, the history on a model's page, and the page of a frozen comparison."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.frozen import freeze
from catalog.models import ArtifactVersion, FrozenComparison
from catalog.registration import Assessment, append_evaluation, assess, set_state
from catalog.roles import Role, group_of
from tests.factories import UserFactory, evaluated_model, make_dataset, make_model, measured
from tests.web.pages import Parsed, Tag, parsed, tidy, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> ArtifactVersion:
    make_dataset("d", title="The measurements")
    evaluated_model("n", dataset="d", trained_on=["d@1"])
    return evaluated_model("m", dataset="d", trained_on=["d@1"], title="The model as it was")


def written(moment: Any) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def without_banner(page: str) -> str:
    """What a page says but for the banner, and for what is offered of now alone."""
    page = re.sub(r"As the catalogue showed it on .*? See it as it is now ?\. ?", "", page)
    page = re.sub(r"Sign in to freeze .*? stays\. ?", "", page)
    page = page.replace(" Exports are of the model as it is now.", "").replace(" Export JSON", " JSON")
    return without_exports(page)


def without_exports(page: str) -> str:
    return re.sub(r" Export RO-Crate .*? where it comes from, to read", "", page)


def change(model: ArtifactVersion) -> str:
    """Change what every page shows of a model; return the moment before."""
    moment = written(timezone.now())
    assess(model, Assessment(value=0.11, by="A. Curator", reason="It fails abroad."))
    append_evaluation(model, measured("mae", 3.25, dataset="d"))
    set_state(model, "deprecated", reason="Superseded elsewhere.")
    make_dataset("d", title="The measurements, mended")
    return moment


@pytest.mark.parametrize("address", ["/models/m", "/models/m-v1", "/models/compare?ids=m,n", "/artifacts/d"])
def test_a_page_as_of_a_moment_says_what_it_said_then(address: str, client: Client, model: ArtifactVersion) -> None:
    before = told(client.get(address))
    moment = change(model)
    joined = f"{address}{'&' if '?' in address else '?'}as_of={moment}"
    page = client.get(joined)
    then = told(page)
    assert before != told(client.get(address))
    banner = parsed(page).all("div", class_="as-of")[0]
    assert f"As the catalogue showed it on {moment[:10]}" in tidy(banner.text)
    assert without_banner(then) == without_banner(before)
    assert "See it as it is now" in parsed(page).links()


def test_links_keep_the_moment_and_one_leads_back_to_now(client: Client, model: ArtifactVersion) -> None:
    moment = change(model)
    links = parsed(client.get(f"/models/m-v1?as_of={moment}"))
    assert links.links("See it as it is now")["See it as it is now"] == "/models/m-v1"
    assert f"/artifacts/d-v1?as_of={moment}" in links.addresses
    assert f"/api/models/m-v1?as_of={moment}" in links.addresses
    compared = parsed(client.get(f"/models/compare?ids=m,n&as_of={moment}"))
    assert f"/models/m-v1?as_of={moment}" in compared.addresses
    assert compared.links("See it as it is now")["See it as it is now"] == "/models/compare?ids=m-v1,n-v1"
    assert f"/api/models/compare?ids=m-v1,n-v1&as_of={moment}" in compared.addresses


@pytest.mark.parametrize("asked", ["yesterday", "2026-03-01T12:00:00", "9999-01-01"])
@pytest.mark.parametrize("address", ["/models/m?", "/artifacts/d?", "/models/compare?ids=m,n&"])
@pytest.mark.usefixtures("model")
def test_what_is_no_moment_is_said_on_the_page(address: str, asked: str, client: Client) -> None:
    page = client.get(f"{address}as_of={asked}")
    assert page.status_code == 200 and f"'{asked}'" in told(page) and "The page is of now." in told(page)
    assert not parsed(page).all("div", class_="as-of")


@pytest.mark.parametrize("address", ["/models/m?", "/artifacts/m?", "/models/compare?ids=m,n&"])
def test_before_its_registration_the_page_says_since_when_it_is_there(
    address: str, client: Client, model: ArtifactVersion
) -> None:
    moment = written(model.registered_at - timedelta(microseconds=1))
    page = client.get(f"{address}as_of={moment}", follow=True)
    assert page.status_code == 404
    assert f"'m' was first recorded here at {written(model.registered_at)}." in told(page)


def moments_in(page: Parsed) -> list[Tag]:
    return [tag for tag in page.all("td", role="rowheader") if tag.attrs.get("data-label") == "From"]


def test_a_page_tells_the_history_of_the_model(client: Client, model: ArtifactVersion) -> None:
    moment = change(model)
    links = parsed(client.get("/models/m-v1"))
    rows = [
        tag
        for tag in links.all("td", role="rowheader")
        if "as_of" not in tag.attrs and tag.attrs.get("data-label") == "From"
    ]
    assert len(rows) == 3
    first = f"/models/m-v1?as_of={written(model.registered_at)}"
    assert first in links.addresses and client.get(first).status_code == 200
    earlier = parsed(client.get(f"/models/m-v1?as_of={moment}"))
    assert len(moments_in(earlier)) == 1


def test_a_page_of_a_moment_takes_as_many_queries_whatever_has_happened(client: Client, model: ArtifactVersion) -> None:
    def queries(moment: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/models/m-v1?as_of={moment}").status_code == 200
        return len(captured)

    moment = written(timezone.now())
    queries(moment)
    before = queries(moment)
    change(model)
    assert queries(moment) == before


class TestAFrozenComparison:
    @pytest.fixture
    def frozen(self, model: ArtifactVersion) -> FrozenComparison:
        other = ArtifactVersion.objects.get(public_id="n-v1")
        return freeze([model, other], note="Table 2 of the paper", by=UserFactory(username="ada"))[0]

    def test_stays_as_it_was_and_tells_what_has_changed(
        self, client: Client, model: ArtifactVersion, frozen: FrozenComparison
    ) -> None:
        address = f"/comparisons/{frozen.public_id}"
        page = told(client.get(address))
        assert "Nothing: the same comparison says the same today." in page
        assert "by ada" in page and "Table 2 of the paper" in page and frozen.digest in page
        change(model)
        make_model("m")
        set_state(model, "retracted", reason="Wrong.")
        later = told(client.get(address))
        assert "m-v1, quality score: 0.9 then, 0.11 now." in later
        assert "m-v1, state: active then, retracted now." in later
        assert "The model as it was" in later and "Read this first" not in later

    def test_says_the_same_as_the_compare_page_did(
        self, client: Client, model: ArtifactVersion, frozen: FrozenComparison
    ) -> None:
        compared = told(client.get("/models/compare?ids=m-v1,n-v1")).partition("Measured how, on what")[2]
        change(model)
        page = told(client.get(f"/comparisons/{frozen.public_id}")).partition("Measured how, on what")[2]
        assert page == without_exports(compared)

    def test_that_was_tampered_with_says_so(self, client: Client, frozen: FrozenComparison) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE catalog_frozencomparison SET content = replace(content, '0.9', '0.8')")
        assert "The content no longer has the digest" in told(client.get(f"/comparisons/{frozen.public_id}"))

    def test_that_is_not_there(self, client: Client) -> None:
        assert client.get("/comparisons/0123456789abcdef").status_code == 404


class TestFreezingOnThePage:
    @pytest.fixture
    def registrant(self, model: ArtifactVersion) -> User:
        user = UserFactory()
        user.groups.add(group_of(Role.REGISTRANT))
        return user

    def test_who_may_freezes_with_a_note(self, registrant: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(registrant)
        form = parsed(client.get("/models/compare?ids=m,n"))
        [token] = [tag.attrs["value"] for tag in form.all("input", name_="csrfmiddlewaretoken")] or [
            tag.attrs["value"] for tag in form.all("input") if tag.attrs.get("name") == "csrfmiddlewaretoken"
        ]
        [ids] = {tag.attrs["value"] for tag in form.all("input") if tag.attrs.get("name") == "ids"}
        sent = {"ids": ids, "note": "For later", "csrfmiddlewaretoken": token}
        answer = client.post("/comparisons", sent)
        frozen = FrozenComparison.objects.get()
        assert answer.status_code == 302 and answer.headers["Location"] == f"/comparisons/{frozen.public_id}"
        assert (frozen.ids, frozen.note, frozen.created_by) == (["m-v1", "n-v1"], "For later", registrant)
        assert client.post("/comparisons", {"ids": ids}).status_code == 403  # without the form's token

    def test_a_visitor_is_asked_to_sign_in(self, client: Client, model: ArtifactVersion) -> None:
        assert "Sign in" in parsed(client.get("/models/compare?ids=m,n")).links()
        answer = client.post("/comparisons", {"ids": "m,n"})
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/admin/login/?next=")
        assert not FrozenComparison.objects.exists()

    def test_who_may_not_is_refused(self, client: Client, model: ArtifactVersion) -> None:
        client.force_login(UserFactory())
        assert "freeze-note" not in client.get("/models/compare?ids=m,n").content.decode()
        assert client.post("/comparisons", {"ids": "m,n"}).status_code == 403

    def test_what_cannot_be_compared_goes_back_to_the_page_that_says_why(
        self, client: Client, registrant: User
    ) -> None:
        client.force_login(registrant)
        answer = client.post("/comparisons", {"ids": "m,nobody"})
        assert answer.headers["Location"] == "/models/compare?ids=m,nobody"
        assert client.post("/comparisons", {"ids": "m,n", "note": "x" * 2001}).status_code == 400
