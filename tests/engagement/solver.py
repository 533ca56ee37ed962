"""An exact solver for the tests of disclosure control: the least and greatest that a published system leaves a cell.

A simplex method over whole numbers and fractions. It starts at the truth, which fits all that was published, and knows
nothing of how the tables were protected. Vertices of these systems are whole numbers: rows and columns are a network.
"""

from fractions import Fraction


class System:
    """Unknown numbers of people, none below nought, and sums of them that were published."""

    def __init__(self):
        self.names, self.truth, self.sums = {}, [], []

    def add(self, name, value):
        """One more unknown, with what it truly is."""
        self.names[name] = len(self.truth)
        self.truth.append(value)

    def publish(self, names, less=()):
        """The sum of these unknowns is public, less that of others: nought, when both count the same people."""
        self.sums.append({self.names[name]: 1 for name in names} | {self.names[name]: -1 for name in less})

    def intervals(self, names):
        """The least and greatest that each of these unknowns can be."""
        table = self._table()
        found = {}
        for name in names:
            place = self.names[name]
            found[name] = (-_greatest(table, {place: -1}), _greatest(table, {place: 1}))
        return found

    def _table(self):
        """Rows of the simplex table at the truth: independent equations, solved for unknowns that are not nought."""
        order = sorted(range(len(self.truth)), key=lambda place: (self.truth[place] == 0, place))
        rows = []
        for members in self.sums:
            row = {place: Fraction(sign) for place, sign in members.items()}
            total = Fraction(sum(sign * self.truth[place] for place, sign in members.items()))
            for basic, known, right in rows:
                if factor := row.get(basic, 0):
                    row = _less(row, known, factor)
                    total -= factor * right
            basic = next((place for place in order if row.get(place)), None)
            if basic is None:
                assert total == 0
                continue
            factor = row[basic]
            row, total = {place: value / factor for place, value in row.items()}, total / factor
            rows = [
                (b, _less(known, row, known[basic]), right - known[basic] * total)
                if known.get(basic)
                else (b, known, right)
                for b, known, right in rows
            ]
            rows.append((basic, row, total))
        return _feasible(rows, self.truth)


def _feasible(rows, truth):
    """Moves unknowns outside the basis from their true value to nought, without any in the basis passing it."""
    basics = {basic for basic, _, _ in rows}
    values = {place: Fraction(value) for place, value in enumerate(truth)}
    for place in [one for one in values if one not in basics and values[one] > 0]:
        while values[place] > 0 and place not in {basic for basic, _, _ in rows}:
            steps = [(values[b] / -row[place], n) for n, (b, row, _) in enumerate(rows) if row.get(place, 0) < 0]
            step, number = min([*steps, (values[place], None)], key=lambda one: (one[0], one[1] is not None))
            values[place] -= step
            for b, row, _ in rows:
                values[b] += row.get(place, 0) * step
            if number is not None and values[place] > 0:
                rows = _pivot(rows, number, place)
    return [(b, row, values[b]) for b, row, _ in rows]


def _greatest(rows, objective):
    """The greatest value of an objective. Bland's rule, so that it ends."""
    aim = {place: Fraction(value) for place, value in objective.items()}
    rows, best = list(rows), Fraction(0)
    for b, row, right in rows:
        if factor := aim.get(b, 0):
            aim, best = _less(aim, row, factor), best + factor * right
    while (enters := min((place for place, gain in aim.items() if gain > 0), default=None)) is not None:
        limits = [(right / row[enters], b, n) for n, (b, row, right) in enumerate(rows) if row.get(enters, 0) > 0]
        assert limits, "unbounded: nobody said how many people there are"
        _, _, number = min(limits)
        rows = _pivot(rows, number, enters)
        _, row, right = rows[number]
        best += aim[enters] * right
        aim = _less(aim, row, aim[enters])
    return int(best) if best == int(best) else best


def _pivot(rows, number, enters):
    _, row, right = rows[number]
    factor = row[enters]
    row, right = {place: value / factor for place, value in row.items()}, right / factor
    changed = [
        (b, _less(one, row, one[enters]), value - one[enters] * right) if one.get(enters) else (b, one, value)
        for b, one, value in rows
    ]
    changed[number] = (enters, row, right)
    return changed


def _less(row, other, factor):
    """A row minus a multiple of another, without noughts."""
    result = dict(row)
    for place, value in other.items():
        left = result.get(place, 0) - factor * value
        if left:
            result[place] = left
        else:
            result.pop(place, None)
    return result
