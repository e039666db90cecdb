"""Which screen shows which view."""

from __future__ import annotations

from typing import Any

from kiosk.desk import views, views_browse, views_care, views_impact, views_languages, views_pages, views_staff
from kiosk.ui.screens.about import AboutMeScreen
from kiosk.ui.screens.account import AccountScreen
from kiosk.ui.screens.answers import AskReturnScreen, CannotLendScreen, NoticeScreen
from kiosk.ui.screens.borrow import BorrowScreen, WhichMissingScreen
from kiosk.ui.screens.browse import BrowseScreen
from kiosk.ui.screens.cards import CardStopScreen, OtherCardScreen, PinUncheckedScreen, UnknownCardScreen
from kiosk.ui.screens.confirmed import ConfirmedScreen
from kiosk.ui.screens.damage import AskDamageScreen
from kiosk.ui.screens.help import HelpScreen
from kiosk.ui.screens.holds import HoldMadeScreen
from kiosk.ui.screens.idle import IdleScreen
from kiosk.ui.screens.impact import CountingScreen, ImpactScreen
from kiosk.ui.screens.instead import InsteadScreen
from kiosk.ui.screens.languages import LanguagesScreen
from kiosk.ui.screens.nearby import NearbyScreen
from kiosk.ui.screens.pads import CodeScreen, PinScreen
from kiosk.ui.screens.pauses import (
    EnrolScreen,
    LoadingScreen,
    MomentScreen,
    OutOfServiceScreen,
    PowerBackScreen,
    ReturnsOnlyScreen,
    SorryScreen,
    StartingScreen,
)
from kiosk.ui.screens.returned import ReturnedScreen, ThanksScreen
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.search import SearchScreen
from kiosk.ui.screens.staff import StaffMenuScreen
from kiosk.ui.screens.staff_register import RegisterScreen
from kiosk.ui.screens.staff_state import StationStateScreen
from kiosk.ui.screens.staff_work import (
    CountDoneScreen,
    CountScreen,
    MoveScreen,
    NoteScreen,
    RegisteredScreen,
    StaffTasksScreen,
    TryReadersScreen,
)
from kiosk.ui.screens.thing import ThingScreen
from kiosk.ui.screens.write import HeardScreen, WriteScreen

SCREENS: dict[type[views.View], type[Screen[Any]]] = {
    views.StartingView: StartingScreen,
    views.EnrolView: EnrolScreen,
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
    views.ReturnsOnlyView: ReturnsOnlyScreen,
    views.PinView: PinScreen,
    views.PinUncheckedView: PinUncheckedScreen,
    views.OtherCardView: OtherCardScreen,
    views.AskDamageView: AskDamageScreen,
    views.HoldMadeView: HoldMadeScreen,
    views.CodeView: CodeScreen,
    views.AboutMeView: AboutMeScreen,
    views.StaffMenuView: StaffMenuScreen,
    views_languages.LanguagesView: LanguagesScreen,
    views_browse.BrowseView: BrowseScreen,
    views_browse.SearchView: SearchScreen,
    views_browse.ThingView: ThingScreen,
    views_impact.InsteadView: InsteadScreen,
    views_care.SorryView: SorryScreen,
    views_care.MomentView: MomentScreen,
    views_care.LoadingView: LoadingScreen,
    views_impact.ImpactView: ImpactScreen,
    views_impact.CountingView: CountingScreen,
    views_pages.HelpView: HelpScreen,
    views_pages.NearbyView: NearbyScreen,
    views_pages.WriteView: WriteScreen,
    views_pages.HeardView: HeardScreen,
    views_staff.StaffTasksView: StaffTasksScreen,
    views_staff.StationStateView: StationStateScreen,
    views_staff.TryReadersView: TryReadersScreen,
    views_staff.CountView: CountScreen,
    views_staff.CountDoneView: CountDoneScreen,
    views_staff.RegisterView: RegisterScreen,
    views_staff.RegisteredView: RegisteredScreen,
    views_staff.MoveView: MoveScreen,
    views_staff.NoteView: NoteScreen,
}
"""The screen of every view."""


def screen_of(view: views.View) -> type[Screen[Any]]:
    """Return the screen for `view`; for a kind nobody has drawn yet, that of the nearest kind, or the calm one."""
    return next((SCREENS[kind] for kind in type(view).__mro__ if kind in SCREENS), SorryScreen)
