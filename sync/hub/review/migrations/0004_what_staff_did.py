from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0003_what_became_of_tags"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at_ms", models.BigIntegerField()),
                ("what", models.CharField(max_length=16)),
                ("who", models.CharField(db_index=True, max_length=150)),
                ("about", models.CharField(db_index=True, default="", max_length=150)),
            ],
        ),
        migrations.CreateModel(
            name="EndedLogin",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at_ms", models.BigIntegerField(db_index=True)),
            ],
        ),
    ]
