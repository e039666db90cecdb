"""What people do in the stories of visits: cards laid down, things scanned, and what lends them."""

from __future__ import annotations

from lending.visit import CardShown, ConfirmLoan, ItemScanned, RestIsHere
from support.library import ANNA, BERIT, DRILL, HAMMER, SAW, SECOND_DRILL, STRANGER

ANNA_COMES, BERIT_COMES = CardShown(ANNA), CardShown(BERIT)
A_STRANGER_COMES = CardShown(STRANGER, "sealed")
SCAN_DRILL, SCAN_SECOND, SCAN_HAMMER, SCAN_SAW = (ItemScanned(x.code) for x in (DRILL, SECOND_DRILL, HAMMER, SAW))
LEND_IT = (RestIsHere(), ConfirmLoan())
BORROW_HAMMER = (SCAN_HAMMER, ConfirmLoan())
