from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0007_what_counts_nowhere"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rawentry",
            index=models.Index(fields=["journal", "wall_ms", "seq"], name="entries_by_wall"),
        ),
        migrations.AddIndex(
            model_name="rawentry",
            index=models.Index(
                condition=models.Q(("kind__in", ["loan", "return", "condition"]), _negated=True),
                fields=["journal", "kind", "seq"],
                name="entries_rare",
            ),
        ),
    ]
