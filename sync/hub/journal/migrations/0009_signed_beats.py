from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0008_pages_of_a_journal"),
    ]

    operations = [
        migrations.AddField(
            model_name="journal",
            name="signs_beats",
            field=models.BooleanField(default=False),
        ),
    ]
