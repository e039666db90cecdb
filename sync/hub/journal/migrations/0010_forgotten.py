from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0009_signed_beats"),
    ]

    operations = [
        migrations.AddField(
            model_name="rawentry",
            name="forgotten_ms",
            field=models.BigIntegerField(null=True),
        ),
    ]
