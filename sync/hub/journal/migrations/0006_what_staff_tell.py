from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0005_what_residents_say"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rawentry",
            index=models.Index(
                condition=models.Q(kind__in=["stock_count", "item_registered", "staff_note"]),
                fields=["journal", "seq"],
                name="entries_told",
            ),
        ),
    ]
