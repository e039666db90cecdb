from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0002_what_residents_say"),
    ]

    operations = [
        migrations.CreateModel(
            name="TagEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=200)),
                ("station", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                ("what", models.CharField(max_length=16)),
                ("who", models.CharField(max_length=150)),
            ],
        ),
    ]
