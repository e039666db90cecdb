from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0004_no_newest"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rawentry",
            index=models.Index(
                condition=models.Q(kind__in=["suggestion", "offered_item", "search_missed"]),
                fields=["kind"],
                name="entries_said",
            ),
        ),
    ]
