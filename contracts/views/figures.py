"""One measure of a return on one page, written by several colleagues without losing what anybody typed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import FormView

from contracts.domain import worklist
from contracts.domain.entries import NUMBERS, boxes, label_of
from contracts.domain.figures import FiguresChanged, FiguresRefused, SavedEntry, entry_of, save_figures
from contracts.domain.moves import ReturnRefused
from contracts.domain.parts import footings_of, part_boxes, part_in
from contracts.domain.queries import MONTHS_BACK, last_end, lines_of
from contracts.domain.ratings import rate
from contracts.domain.spreadsheet import STATE_WORDS, plain
from contracts.domain.yardsticks import Reading
from contracts.enums import FigureState, IndicatorKind
from contracts.forms.figures import FigureForm, initial_of
from contracts.views.provider import OneReturn
from engagement.domain.calendar import uk_time
from engagement.domain.periods import add_months

WORKED_OUT = {
    IndicatorKind.PERCENTAGE: "percentage",
    IndicatorKind.RATIO: "ratio",
    IndicatorKind.RATE: "rate",
    IndicatorKind.UNIT_COST: "unit cost",
}


class FigurePage(OneReturn, FormView):
    """The boxes of one measure beside what people compare it with."""

    template_name = "contracts/returns/figure.html"
    form_class = FigureForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.lines = lines_of(self.kpi_return)
        self.line = next((line for line in self.lines if line.indicator.code == kwargs["code"]), None)
        if self.line is None:
            raise Http404

    def get(self, request, *args, **kwargs):
        if not self.kpi_return.is_writable:
            return redirect(self.kpi_return)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return initial_of(self.line.indicator, self.line.figure)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), **self.held_against()}

    def held_against(self):
        """The measure, and the figure before, from which a great movement needs words."""
        last = self.line.last
        return {"indicator": self.line.indicator, "before": last.value if last else None}

    def get_context_data(self, **kwargs):
        numbers = boxes(self.line.indicator)
        form = kwargs.get("form") or self.get_form()
        kwargs["form"] = form
        return super().get_context_data(
            line=self.line,
            compare=comparisons(self.line, self.kpi_return),
            earlier=earlier_periods(self.line),
            number_fields=[form[name] for name in numbers],
            footings=self.footings(form),
            worked_out=WORKED_OUT.get(self.line.indicator.kind),
            measured=measured_period(self.line.indicator, self.kpi_return.period),
            is_certifier=bool(self.line.open_query) and self.is_certifier(),
            **kwargs,
        )

    def footings(self, form):
        """What the parts add up to: those that were just typed, or those that are kept."""
        if not form.is_bound:
            return self.line.footings
        entry = form.cleaned_data.get("entry")
        return footings_of(self.line.indicator, total=entry.value, parts=entry.parts) if entry else []

    def form_valid(self, form):
        saved = SavedEntry(
            indicator=self.line.indicator,
            entry=form.cleaned_data["entry"],
            seen_version=form.cleaned_data["version"],
            completed=form.cleaned_data["completed"] == "yes",
        )
        try:
            save_figures(kpi_return=self.kpi_return, entries=[saved], actor=self.request.user, at=self.now)
        except FiguresChanged as changed:
            return self.both_versions(changed)
        except FiguresRefused as refused:
            for name, words in refused.problems[self.line.indicator.code].items():
                form.add_error(name if name in form.fields else None, words)
            return self.form_invalid(form)
        except ReturnRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        return self.onwards(saved)

    def both_versions(self, changed):
        """Somebody else saved first: theirs and mine side by side, mine still in the boxes, nothing lost (C04)."""
        [conflict] = changed.conflicts
        typed = self.request.POST.copy()
        typed["version"] = str(conflict.theirs.version)
        form = self.form_class(typed, **self.held_against())
        form.full_clean()
        form.add_error(None, str(changed))
        context = self.get_context_data(form=form, theirs=conflict.theirs, versions=side_by_side(conflict))
        return self.render_to_response(context)

    def onwards(self, saved):
        """To the next measure that is not done, or back to the return, saying there what the figure comes to."""
        messages.success(self.request, worked_out(self.line, saved))
        entry = saved.entry
        for footing in footings_of(saved.indicator, total=entry.value, parts=entry.parts):
            if not footing.is_equal:
                messages.warning(self.request, f"{saved.indicator.name}: {footing.sentence}")
        lines = [line for line in lines_of(self.kpi_return) if line.indicator]
        following = worklist.next_unfinished(lines, after=self.line.indicator)
        if following is None or not saved.completed:
            return redirect(self.kpi_return)
        return redirect("contracts:return-figure", self.kpi_return.reference, following.code)


def measured_period(indicator, period):
    """The words for the period that a measure with a lag tells of; empty for one that tells of the return's own."""
    for _ in range(indicator.lag):
        period = period.previous()
    return period.label if indicator.lag else ""


def worked_out(line, saved):
    """What was kept, in a sentence: the counts, what they come to, and how that stands to the target."""
    entry, indicator = saved.entry, line.indicator
    if entry.state != FigureState.REPORTED:
        return f"Saved. {indicator.name}: {STATE_WORDS[entry.state]}."
    judgement = rate(line.yardstick, Reading(FigureState.REPORTED, entry.numerator, entry.denominator, entry.value))
    if judgement.value is None:
        return f"Saved. {indicator.name}: {judgement.sentence if entry.denominator == 0 else 'no figure yet.'}"
    counts = ""
    if entry.denominator is not None and entry.value is None:
        counts = f"{plain(entry.numerator):,} of {plain(entry.denominator):,} is "
    rated = f", {judgement.word.label} against the target of {line.target_text}" if judgement.word else ""
    return f"Saved. {indicator.name}: {counts}{judgement.text}{rated}."


def comparisons(line, kpi_return):
    """Target, the last time and a year ago, with the counts behind them, for the box above the form."""
    counts = worklist.counts_before(kpi_return, line.indicator) if line.before else {}
    figure, _, rest = line.target_text.partition(" ")
    rows = [{"term": "Target", "value": figure, "note": rest}] if line.target_text else []
    period = kpi_return.period
    last = worklist.last_words(line.indicator, period).capitalize()
    ends = last_end(line.indicator, period)
    year_ago = add_months(period.ends_on, -MONTHS_BACK)
    shown = [(last, line.last, ends)]
    if ends != year_ago:
        shown.append(("A year ago", line.year_ago, year_ago))
    for term, judgement, ended in shown:
        note = counts.get(ended, "")
        rows.append({"term": term, "value": judgement.text if judgement else "No figure", "note": note})
    return rows


def earlier_periods(line):
    """The periods of the year before with their ratings, newest first, as rows of facts."""
    rows = []
    for period in sorted(line.before, reverse=True):
        judgement = line.before[period]
        word = f" {judgement.word.label}" if judgement.word else ""
        rows.append({"term": period.label, "value": f"{judgement.text}{word}"})
    return rows


def side_by_side(conflict):
    """The two versions of a measure, box by box: what, theirs, mine, whether they differ."""
    theirs, mine = conflict.theirs, conflict.mine
    rows = [
        (label_of(conflict.indicator, name), _shown(getattr(theirs, name)), _shown(getattr(mine, name)))
        for name in NUMBERS
        if name in boxes(conflict.indicator)
    ]
    for part in part_boxes(conflict.indicator):
        rows.append((part.label, *(_part_shown(entry, part) for entry in (entry_of(theirs), mine))))
    if theirs.parts_words or mine.parts_words:
        rows.append(("Why the parts differ", theirs.parts_words or "Empty", mine.parts_words or "Empty"))
    rows.append(("Can it be given?", _state(theirs.state), _state(mine.state)))
    rows.append(("What is behind it", theirs.commentary or "Empty", mine.commentary or "Empty"))
    return {
        "rows": [(what, one, two, one != two) for what, one, two in rows],
        "who": str(theirs.saved_by or "Someone"),
        "when": uk_time(theirs.saved_at),
    }


def _part_shown(entry, part):
    given, number = part_in(entry.parts, part)
    return "Not available" if given and number is None else _shown(number)


def _shown(number):
    return "Empty" if number is None else f"{plain(number):,}"


def _state(state):
    return STATE_WORDS[state].capitalize() if state in STATE_WORDS else "Yes"
