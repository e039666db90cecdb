from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0007_looking_around"),
    ]

    operations = [
        migrations.AlterField(
            model_name="openloan",
            name="due",
            field=models.DateField(),
        ),
        migrations.AddIndex(
            model_name="openloan",
            index=models.Index(fields=["due", "lent_ms", "entry_id"], name="loans_by_due"),
        ),
    ]
