from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("holds", "0002_ended"),
    ]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="forgotten_ms",
            field=models.BigIntegerField(null=True),
        ),
    ]
