"""Which screen shows which view."""

from __future__ import annotations

from typing import Any

from kiosk.desk import views
from kiosk.ui.screens.account import AccountScreen
from kiosk.ui.screens.answers import AskReturnScreen, CannotLendScreen, NoticeScreen
from kiosk.ui.screens.borrow import BorrowScreen, WhichMissingScreen
from kiosk.ui.screens.cards import CardStopScreen, UnknownCardScreen
from kiosk.ui.screens.confirmed import ConfirmedScreen
from kiosk.ui.screens.idle import IdleScreen
from kiosk.ui.screens.pauses import OutOfServiceScreen, PowerBackScreen, StartingScreen
from kiosk.ui.screens.returned import ReturnedScreen, ThanksScreen
from kiosk.ui.screens.screen import Screen

SCREENS: dict[type[views.View], type[Screen[Any]]] = {
    views.StartingView: StartingScreen,
    views.IdleView: IdleScreen,
    views.AccountView: AccountScreen,
    views.CardStopView: CardStopScreen,
    views.UnknownCardView: UnknownCardScreen,
    views.BorrowView: BorrowScreen,
    views.ConfirmedView: ConfirmedScreen,
    views.ReturnedView: ReturnedScreen,
    views.WhichMissingView: WhichMissingScreen,
    views.ThanksView: ThanksScreen,
    views.CannotLendView: CannotLendScreen,
    views.AskReturnView: AskReturnScreen,
    views.NoticeView: NoticeScreen,
    views.PowerBackView: PowerBackScreen,
    views.OutOfServiceView: OutOfServiceScreen,
}
"""The screen of every view."""
