"""The staff pages."""

from django.urls import path

from sync.hub.review import (
    case_pages,
    fleet_pages,
    fork_pages,
    hold_pages,
    journal_pages,
    koha_pages,
    loan_pages,
    login_pages,
    said_pages,
    station_pages,
)

urlpatterns = [
    path("", case_pages.list_cases, name="cases"),
    path("cases/accept", case_pages.answer_cases, name="accept-cases"),
    path("cases/undo", case_pages.undo_cases, name="undo-cases"),
    path("cases/<int:case_id>", case_pages.show_case, name="case"),
    path("cases/<int:case_id>/answer", case_pages.answer_case, name="answer-case"),
    path("cases/<int:case_id>/undo", case_pages.undo_case, name="undo-case"),
    path("loans", loan_pages.list_loans, name="loans"),
    path("koha", koha_pages.list_runs, name="koha"),
    path("koha/<int:number>/file", koha_pages.download_run, name="koha-file"),
    path("holds", hold_pages.list_holds, name="holds"),
    path("holds/new", hold_pages.new_hold, name="new-hold"),
    path("holds/<str:hold_id>/cancel", hold_pages.cancel_hold, name="cancel-hold"),
    path("said", said_pages.list_said, name="said"),
    path("said/handle", said_pages.handle_said, name="handle-said"),
    path("said/undo", said_pages.undo_said, name="undo-said"),
    path("stations", station_pages.list_stations, name="stations"),
    path("stations/new", station_pages.new_station, name="new-station"),
    path("stations/<slug:station_id>", fleet_pages.show_station, name="station"),
    path("stations/<slug:station_id>/fork/<int:epoch>", fork_pages.choose_line, name="fork"),
    path("forks/<int:fork_id>/undo", fork_pages.undo_choice, name="undo-fork"),
    path("stations/<slug:station_id>/order", fleet_pages.order_station, name="order-station"),
    path("stations/<slug:station_id>/take-in", fleet_pages.take_in_tag, name="take-in-tag"),
    path("stations/<slug:station_id>/take-out", fleet_pages.take_out_tag, name="take-out-tag"),
    path("stations/<slug:station_id>/revoke", fleet_pages.revoke_station, name="revoke-station"),
    path("stations/<slug:station_id>/code", station_pages.new_code, name="new-code"),
    path("stations/<slug:station_id>/journal", journal_pages.show_journal, name="journal"),
    path("stations/<slug:station_id>/journal.csv", journal_pages.export_journal, name="journal-csv"),
    path("login", login_pages.log_in, name="login"),
    path("logout", login_pages.log_out, name="logout"),
    path("language", login_pages.choose_language, name="language"),
]
