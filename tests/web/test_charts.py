"""The geometry of charts, and what of it is written out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from django.template.loader import render_to_string
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.web.charts import LABELS, PLOT, Dots, Measured, Point, course, dots
from catalog.web.lettering import cut, fit, width_of
from catalog.web.scales import scale_for

finite = st.floats(allow_nan=False, allow_infinity=False)


def chart(values: Sequence[float], target: float | None = None) -> Dots:
    measured = [Measured(label=f"M{place}", title=f"M{place}", value=value) for place, value in enumerate(values)]
    return dots(measured, name="c", title="RMSE", target=target)


class TestScale:
    @given(st.lists(finite, min_size=1, max_size=8))
    def test_every_value_stands_on_the_axis_in_order(self, values: list[float]) -> None:
        scale = scale_for(values, 100, 200)
        places = [scale.place(value) for value in sorted(values)]
        assert places == sorted(places) and all(100 <= place <= 200 for place in places)

    @given(st.lists(finite, min_size=1, max_size=8))
    def test_ticks_are_few_and_within_the_axis_and_told_apart(self, values: list[float]) -> None:
        ticks = scale_for(values, 0, 100).ticks()
        assert 1 <= len(ticks) <= 6
        assert all(0 <= tick.at <= 100 and math.isfinite(tick.at) for tick in ticks)
        assert len({tick.label for tick in ticks}) == len(ticks)

    @pytest.mark.parametrize(
        ("values", "labels"),
        [
            ([0.023, 0.031], ["0.025", "0.03"]),
            ([10_000_000, 10_000_100], ["1e7", "1.000005e7", "1.00001e7"]),
            ([-450, -400], ["−440", "−420", "−400"]),
            ([1e-18, 3e-18], ["1.5e−18", "2e−18", "2.5e−18"]),
            ([0.5, 0.5], ["0.5"]),
            ([1e-5, 1e7], ["1e−5", "0.1", "1000", "1e7"]),
        ],
    )
    def test_labels(self, values: list[float], labels: list[str]) -> None:
        assert [tick.label for tick in scale_for(values, 0, 100).ticks()] == labels

    @pytest.mark.parametrize(
        ("values", "logarithmic"), [([1, 2], False), ([1e-5, 1e7], True), ([0, 1e7], False), ([-1, 1e7], False)]
    )
    def test_positive_values_that_span_orders_of_magnitude_get_a_logarithmic_axis(
        self, values: list[float], logarithmic: bool
    ) -> None:
        assert scale_for(values, 0, 1).logarithmic is logarithmic

    def test_a_difference_too_large_for_a_number_is_no_obstacle(self) -> None:
        scale = scale_for([-1.7e308, 1.7e308], 0, 100)
        assert scale.place(0) == 50

    def test_nor_is_the_least_difference_there_is(self) -> None:
        scale = scale_for([0.0, 5e-324], 0, 100)
        assert (scale.place(0.0), scale.place(5e-324)) == (6, 94)
        assert scale.ticks()[0].label == "0"


class TestDots:
    def test_lower_values_stand_further_left(self) -> None:
        low, high = chart([0.1, 0.9]).dots
        assert LABELS < low.x < high.x < LABELS + PLOT and low.y < high.y

    def test_intervals_are_within_the_axis_and_around_the_value(self) -> None:
        value = Measured(label="A", title="A", value=0.5, low=0.4, high=0.8)
        [dot] = dots([value], name="c", title="t").dots
        assert dot.x_low is not None and dot.x_high is not None
        assert LABELS <= dot.x_low < dot.x < dot.x_high <= LABELS + PLOT

    def test_one_stated_bound_is_no_interval(self) -> None:
        [dot] = dots([Measured(label="A", title="A", value=0.5, low=0.4)], name="c", title="t").dots
        assert dot.x_low is None and dot.x_high is None

    def test_a_target_has_its_place(self) -> None:
        found = chart([0.93, 0.99], target=0.95)
        assert found.x_target is not None and found.dots[0].x < found.x_target < found.dots[1].x

    def test_it_says_in_words_what_it_shows(self) -> None:
        value = Measured(label="A", title="Model A", value=0.5, low=0.4, high=0.6, best=True)
        html = render_to_string(
            "catalog/svg/dots.html", {"chart": dots([value], name="c", title="RMSE, lower is better")}
        )
        assert 'role="img"' in html and "RMSE, lower is better" in html
        assert "Model A: 0.5, interval 0.4 to 0.6, best." in html and "0.5 best" in html


class TestCourse:
    def points(self, *values: float | None) -> list[Point]:
        return [Point(id=f"m-v{place}", label=f"v{place}", value=value) for place, value in enumerate(values, 1)]

    def test_the_line_breaks_where_a_version_has_no_value(self) -> None:
        found = course(self.points(1, 2, None, 3, 4, None, 5), title="rmse")
        assert [len(line.split()) for line in found.lines] == [2, 2]
        assert [step.y is None for step in found.steps] == [False, False, True, False, False, True, False]

    def test_versions_stand_in_order_and_higher_values_higher(self) -> None:
        first, second = course(self.points(1, 2), title="rmse").steps
        assert first.x < second.x and first.y is not None and second.y is not None and first.y > second.y

    def test_it_says_in_words_what_it_shows(self) -> None:
        html = render_to_string("catalog/svg/course.html", {"chart": course(self.points(0.5, None), title="rmse")})
        assert "v1: 0.5." in html and "v2: no value." in html

    @given(st.lists(st.none() | finite, max_size=20))
    def test_any_course_can_be_drawn(self, values: list[float | None]) -> None:
        found = course(self.points(*values), title="rmse")
        assert all(0 <= step.x <= found.width for step in found.steps)
        assert all(0 <= step.y <= found.height for step in found.steps if step.y is not None)


class TestLettering:
    @given(st.text(max_size=300), st.integers(1, 3))
    @example("000000AA00AI\r\u05f5\u0e5c\u2d68.00", 1)  # whose widths add up to more than they take away
    def test_what_fits_fits(self, text: str, lines: int) -> None:
        found = fit(text, 20, lines=lines)
        assert len(found) <= lines and all(width_of(line) <= 20 for line in found)

    def test_a_text_that_fits_is_left_as_it_is(self) -> None:
        assert fit("a short title", 20, lines=2) == ("a short title",) and cut("short", 20) == "short"

    def test_a_long_one_is_broken_between_words_and_then_cut(self) -> None:
        found = fit("Weekly influenza hospital admissions of all of the country", 20, lines=2)
        assert found[0] == "Weekly influenza" and found[1].endswith("…")

    def test_a_long_word_is_broken_after_its_own_marks(self) -> None:
        assert fit("model-flusight_epistorm-ensemble", 22, lines=2)[0][-1] in "-_"
