from datetime import date
from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REGIMES = [
    ('FULL', 'Procurement Act 2023'),
    ('LIGHT_TOUCH', 'Procurement Act 2023, light touch'),
    ('CONCESSION', 'Procurement Act 2023, concession'),
    ('BELOW_THRESHOLD', 'Below the threshold of the Procurement Act 2023'),
    ('EARLIER', 'Earlier law: procurement that began before Monday 24 February 2025'),
    ('PROVIDER_SELECTION', 'Provider Selection Regime, for health services'),
    ('NONE', 'None: not procured, or exempt from procurement law'),
]


def begin(apps, schema_editor):
    apps.get_model("contracts", "StatutoryAmount").objects.create(
        applies_from=date(2025, 2, 24), pounds=Decimal(5_000_000), source="Procurement Act 2023, section 52(1)"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0009_indicators_and_library'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='indicators_unsuitable',
            field=models.CharField(blank=True, help_text='Why indicators cannot assess it, where the office has decided so.', max_length=300),
        ),
        migrations.AddField(
            model_name='agreement',
            name='is_framework',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='agreement',
            name='legal_estimate',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='regime',
            field=models.CharField(blank=True, choices=REGIMES, max_length=20),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('regime', ''), ('regime__in', [code for code, _ in REGIMES]), _connector='OR'), name='agreement_regime_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('legal_estimate', None), models.Q(('legal_estimate__gte', 0), ('legal_estimate__lt', 1000000000000)), _connector='OR'), name='agreement_estimate_finite'),
        ),
        migrations.CreateModel(
            name='StatutoryAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('applies_from', models.DateField(unique=True)),
                ('pounds', models.DecimalField(decimal_places=2, max_digits=14)),
                ('source', models.CharField(max_length=200)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('pounds__gt', 0), ('pounds__lt', 1000000000000)), name='statutory_amount_finite'),
                    models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='statutory_amount_has_source'),
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
