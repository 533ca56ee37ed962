"""Returns get the dates of their period, and indicators the dates they are asked for; what is there is carried over."""

from datetime import date

from django.db import migrations, models


def first_day(code):
    """The first day of the quarter written as `2026-27 Q2`, and the first of its financial year."""
    year, number = int(code[:4]), int(code[-1])
    month = (4, 7, 10, 1)[number - 1]
    return date(year + (number == 4), month, 1), date(year, 4, 1)


def carry_over(apps, schema_editor):
    returns = apps.get_model("contracts", "KpiReturn").objects
    for code in returns.order_by().values_list("quarter", flat=True).distinct():
        starts_on, year = first_day(code)
        after = date(starts_on.year + (starts_on.month == 10), (starts_on.month + 2) % 12 + 1, 1)
        returns.filter(quarter=code).update(starts_on=starts_on, ends_on=after, year_starts_on=year)
    indicators = apps.get_model("contracts", "Indicator").objects
    for old, new in (("from_quarter", "asked_from"), ("until_quarter", "asked_until")):
        for code in indicators.exclude(**{old: ""}).order_by().values_list(old, flat=True).distinct():
            indicators.filter(**{old: code}).update(**{new: first_day(code)[0]})


class Migration(migrations.Migration):
    dependencies = [("contracts", "0005_plans_and_consequences")]

    operations = [
        migrations.AddField("kpireturn", "starts_on", models.DateField(null=True)),
        migrations.AddField("kpireturn", "ends_on", models.DateField(null=True)),
        migrations.AddField("kpireturn", "year_starts_on", models.DateField(null=True)),
        migrations.AddField("indicator", "asked_from", models.DateField(blank=True, null=True)),
        migrations.AddField("indicator", "asked_until", models.DateField(blank=True, null=True)),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
