from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_dates"),
    ]

    operations = [
        migrations.RemoveField(model_name="journal", name="newest_ms"),
    ]
