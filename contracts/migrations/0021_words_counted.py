import django.db.models.fields.json
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0020_variations'),
    ]

    operations = [
        migrations.AddField(
            model_name='publication',
            name='approaching',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('APPROACHING', django.db.models.fields.json.KeyTransform('tally', 'snapshot')), models.IntegerField()), output_field=models.IntegerField(null=True)),
        ),
        migrations.AddField(
            model_name='publication',
            name='good',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('GOOD', django.db.models.fields.json.KeyTransform('tally', 'snapshot')), models.IntegerField()), output_field=models.IntegerField(null=True)),
        ),
        migrations.AddField(
            model_name='publication',
            name='inadequate',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('INADEQUATE', django.db.models.fields.json.KeyTransform('tally', 'snapshot')), models.IntegerField()), output_field=models.IntegerField(null=True)),
        ),
        migrations.AddField(
            model_name='publication',
            name='other',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('OTHER', django.db.models.fields.json.KeyTransform('tally', 'snapshot')), models.IntegerField()), output_field=models.IntegerField(null=True)),
        ),
        migrations.AddField(
            model_name='publication',
            name='requires_improvement',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('REQUIRES_IMPROVEMENT', django.db.models.fields.json.KeyTransform('tally', 'snapshot')), models.IntegerField()), output_field=models.IntegerField(null=True)),
        ),
    ]
