from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0006_what_staff_tell"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rawentry",
            index=models.Index(condition=models.Q(in_force=False), fields=["journal"], name="entries_aside"),
        ),
    ]
