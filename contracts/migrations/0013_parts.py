from django.db import migrations, models

AGGREGATION = [
    ("SUM", "Periods are added up"),
    ("RATIO", "Both numbers are added up, then divided"),
    ("LATEST", "The latest period stands for the year"),
    ("AVERAGE", "The mean of the periods, each counting the same"),
    ("NONE", "They make no year: each period stands alone"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0012_rounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="tables",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="measureversion",
            name="tables",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="figure",
            name="parts",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="figure",
            name="parts_words",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="indicator",
            name="aggregation",
            field=models.CharField(choices=AGGREGATION, max_length=10),
        ),
        migrations.AlterField(
            model_name="measureversion",
            name="aggregation",
            field=models.CharField(choices=AGGREGATION, max_length=10),
        ),
    ]
