from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="SaidMark",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("handled_ms", models.BigIntegerField(null=True)),
                ("times", models.PositiveIntegerField(default=0)),
                ("who", models.CharField(default="", max_length=150)),
                ("answer", models.CharField(default="", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="SaidEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(db_index=True, max_length=64)),
                ("at_ms", models.BigIntegerField()),
                ("what", models.CharField(max_length=16)),
                ("who", models.CharField(max_length=150)),
                ("answer", models.CharField(default="", max_length=300)),
            ],
        ),
    ]
