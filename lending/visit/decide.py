def decide(visit: Visit | None, given: Input, facts: Facts) -> Outcome:
    """Return what follows from `given`; an input that does not fit the present step only moves the deadline."""
    match given:
        case Tick():
            return _tick(visit, facts)
        case CardShown():
            return _card(visit, given, facts)
        case ItemScanned(code, maybe_person):
            if maybe_person and facts.item(code) is None and facts.ledger(code) == ItemLedger(code):
                return _odd(visit, OddScan.NATIONAL_ID, facts)
            return _scan(visit, code, facts)
        case OddScanned(about):
            return _odd(visit, about, facts)
        case _:
            return Outcome(None) if visit is None else _touch(visit, given, facts)


def _stay(visit: Visit, facts: Facts, *drafts: Draft) -> Outcome:
    span = _span_seconds(visit, facts.rules) * 1000
    return Outcome(replace(visit, deadline_ms=facts.up_ms + span, span_ms=span), drafts)


def _span_seconds(visit: Visit, rules: Rules) -> int:
    if isinstance(visit.step, Confirmed | Thanks):
        things = sum(line.state is not LineState.UNDONE for line in visit.lines)
        return rules.done_seconds + rules.done_more_seconds * max(0, things - 1)
    return rules.idle_seconds


def _draft(facts: Facts, body: Body, personal: Personal | None = None) -> Draft:
    return Draft(facts.new_id(), body, personal)


def _tick(visit: Visit | None, facts: Facts) -> Outcome:
    if visit is None or facts.up_ms < visit.deadline_ms:
        return Outcome(visit)
    if isinstance(visit.step, Notice) and visit.before is not None:
        return _stay(replace(visit, step=visit.before, before=None), facts)
    return Outcome(None)


# --- Cards


def _card(visit: Visit | None, card: CardShown, facts: Facts) -> Outcome:
    if visit is not None and visit.patron is not None and visit.patron.ref == card.patron_ref:
        return _stay(visit, facts)
    if visit is not None and isinstance(_under_notice(visit), BorrowParts):
        return _odd(visit, OddScan.CARD, facts)
    standing = facts.standing(card.patron_ref)
    sealed = card.sealed_card if standing is Standing.UNKNOWN else None
    patron = Patron(card.patron_ref, standing, sealed)
    match visit:
        case Visit(patron=None, step=AskReturn(item=code, why=AskWhy.ON_SHELF)) if card_refuses(standing) is None:
            return _scan_with_card(replace(visit, patron=patron, step=Account()), patron, code, facts)
    opening = _opening_step(patron, facts)
    drafts = [_draft(facts, Refusal(opening.reason.value))] if isinstance(opening, CardStop) else []
    return _stay(Visit(patron, opening), facts, *drafts)


def _under_notice(visit: Visit) -> Step:
    """Return the step the visit is at, looking through a notice that covers it."""
    return visit.before if isinstance(visit.step, Notice) and visit.before is not None else visit.step


def _opening_step(patron: Patron, facts: Facts) -> Account | CardStop | UnknownCard:
    refused = card_refuses(patron.standing)
    if refused is not None:
        return CardStop(refused)
    if patron.standing is Standing.UNKNOWN:
        return UnknownCard(room=_limit(patron, facts) is None)
    return Account()


def _limit(patron: Patron, facts: Facts) -> Reason | None:
    return limit_refuses(patron.standing, len(facts.loans_of(patron.ref)), facts.rules)


# --- Scans


def _scan(visit: Visit | None, code: str, facts: Facts) -> Outcome:
    if visit is not None and visit.patron is not None and card_refuses(visit.patron.standing) is None:
        return _scan_with_card(visit, visit.patron, code, facts)
    opened = visit or Visit(None, Account())
    if facts.ledger(code).open_loans:
        return _take_back(opened, code, facts)
    why = AskWhy.ON_SHELF if facts.item(code) else AskWhy.ITEM_UNKNOWN
    return _stay(replace(opened, step=AskReturn(code, why), before=None), facts)


def _scan_with_card(visit: Visit, patron: Patron, code: str, facts: Facts) -> Outcome:
    step = _under_notice(visit)
    if isinstance(step, BorrowParts) and step.item == code:
        return _stay(replace(visit, step=step, before=None), facts)
    item = facts.item(code)
    ledger = facts.ledger(code)
    if any(loan.patron_ref == patron.ref for loan in ledger.open_loans):
        return _take_back(visit, code, facts)
    if item is None:
        return _stay(replace(visit, step=AskReturn(code, AskWhy.ITEM_UNKNOWN), before=None), facts)
    refused = loan_refused(patron.standing, len(facts.loans_of(patron.ref)), ledger, facts.rules)
    if refused is not None:
        stopped = replace(visit, step=CannotLend(code, refused), before=None)
        return _stay(stopped, facts, _draft(facts, Refusal(refused.value, code)))
    asking = replace(visit, step=BorrowParts(code, (None,) * len(item.parts)), before=None)
    return _stay(asking, facts)


def _odd(visit: Visit | None, about: OddScan, facts: Facts) -> Outcome:
    if visit is None:
        return _stay(Visit(None, Notice(about)), facts)
    before = visit.before if isinstance(visit.step, Notice) else visit.step
    return _stay(replace(visit, step=Notice(about), before=before), facts)


def _take_back(visit: Visit, code: str, facts: Facts) -> Outcome:
    loans = facts.ledger(code).open_loans
    back = _draft(facts, Return(code, loan=loans[-1].entry_id if loans else None))
    line = Line(code, LineState.RETURNED, back.entry_id)
    known = facts.item(code) is not None
    step: Step = Returned(code, back.entry_id) if known else Thanks(code, None)
    lines = tuple(old for old in visit.lines if not (old.item == code and old.state is LineState.NOT_SAVED))
    return _stay(replace(visit, step=step, lines=(*lines, line), before=None), facts, back)


# --- Touches


def _touch(visit: Visit, touch: Touch, facts: Facts) -> Outcome:
    match touch, visit.step:
        case Done(), _:
            return Outcome(None)
        case UndoNewest(), _:
            return _undo(visit, facts)
        case PartAnswered(), BorrowParts() as step:
            return _stay(replace(visit, step=_answer_part(step, touch)), facts)
        case PartAnswered(), WhichMissing() as step:
            return _stay(replace(visit, step=_toggle_missing(step, touch.index)), facts)
        case RestIsHere(), BorrowParts() as step:
            answers = tuple(answer or PartAnswer.HERE for answer in step.answers)
            return _stay(replace(visit, step=BorrowParts(step.item, answers)), facts)
        case ConfirmLoan(), BorrowParts() as step:
            return _lend(visit, step, facts)
        case ConditionGiven(answer), Returned() as step:
            return _condition(visit, step, answer, facts)
        case ConfirmMissing(), WhichMissing() as step:
            return _missing_named(visit, step, facts)
        case ConfirmReturn(), AskReturn(item=code) | CannotLend(item=code) | BorrowParts(item=code):
            return _take_back(visit, code, facts)
        case ((CancelItem() | GoOn()), _):
            return _go_on(visit, facts)
        case _:
            return _stay(visit, facts)


def _answer_part(step: BorrowParts, touch: PartAnswered) -> BorrowParts:
    if not 0 <= touch.index < len(step.answers):
        return step
    answers = list(step.answers)
    answers[touch.index] = None if answers[touch.index] is touch.answer else touch.answer
    return BorrowParts(step.item, tuple(answers))


def _toggle_missing(step: WhichMissing, index: int) -> WhichMissing:
    if not 0 <= index < len(step.missing):
        return step
    missing = tuple(not flag if i == index else flag for i, flag in enumerate(step.missing))
    return replace(step, missing=missing)


def _lend(visit: Visit, step: BorrowParts, facts: Facts) -> Outcome:
    item, patron = facts.item(step.item), visit.patron
    if item is None or patron is None or None in step.answers:
        return _stay(visit, facts)
    if len(item.parts) != len(step.answers):  # a new feed came meanwhile: these answers are about other parts
        return _stay(replace(visit, step=BorrowParts(item.code, (None,) * len(item.parts))), facts)
    loans = facts.loans_of(patron.ref)
    refused = loan_refused(patron.standing, len(loans), facts.ledger(item.code), facts.rules)
    if refused is not None:
        stopped = replace(visit, step=CannotLend(item.code, refused))
        return _stay(stopped, facts, _draft(facts, Refusal(refused.value, item.code)))
    due = due_date(facts.today, item.loan_days)
    answers = tuple((part.part_id, a) for part, a in zip(item.parts, step.answers, strict=False) if a)
    provisional = patron.standing is Standing.UNKNOWN
    body = Loan(item.code, due, answers, provisional=provisional, rules_version=facts.rules.version)
    loan = _draft(facts, body, Personal(patron.ref, patron.sealed_card))
    line = Line(item.code, LineState.LENT, loan.entry_id, due)
    return _stay(replace(visit, step=Confirmed(item.code), lines=(*visit.lines, line)), facts, loan)


def _condition(visit: Visit, step: Returned, answer: Condition, facts: Facts) -> Outcome:
    item = facts.item(step.item)
    if answer is Condition.MISSING and item is not None and item.parts:
        asking = WhichMissing(step.item, step.entry_id, (False,) * len(item.parts))
        return _stay(replace(visit, step=asking), facts)
    said = _draft(facts, ConditionAnswer(step.item, step.entry_id, answer))
    return _stay(replace(visit, step=Thanks(step.item, answer)), facts, said)


def _missing_named(visit: Visit, step: WhichMissing, facts: Facts) -> Outcome:
    item = facts.item(step.item)
    parts = item.parts if item else ()
    missing = tuple(part.part_id for part, gone in zip(parts, step.missing, strict=False) if gone)
    body = ConditionAnswer(step.item, step.entry_id, Condition.MISSING, missing)
    thanks = Thanks(step.item, Condition.MISSING, missing)
    return _stay(replace(visit, step=thanks), facts, _draft(facts, body))


def _undo(visit: Visit, facts: Facts) -> Outcome:
    newest = visit.lines[-1] if visit.lines and visit.patron is not None else None
    if newest is None or newest.state is not LineState.LENT:
        return _stay(visit, facts)
    back = _draft(facts, Return(newest.item, loan=newest.entry_id, undo=True))
    undone = replace(newest, state=LineState.UNDONE, entry_id=back.entry_id, due=None)
    return _stay(replace(visit, step=Account(), lines=(*visit.lines[:-1], undone), before=None), facts, back)


def _go_on(visit: Visit, facts: Facts) -> Outcome:
    if isinstance(visit.step, Notice) and visit.before is not None:
        return _stay(replace(visit, step=visit.before, before=None), facts)
    if visit.patron is None:
        return _stay(replace(visit, step=Account()), facts) if visit.lines else Outcome(None)
    return _stay(replace(visit, step=Account(), before=None), facts)


def trace_of(visit: Visit | None) -> Trace:
    """Return what to keep of `visit`; empty when nobody is here or nothing has happened yet."""
    if visit is None:
        return Trace()
    step = _under_notice(visit)
    return Trace(visit.lines, step.item if isinstance(step, BorrowParts) else None)


def after_power_cut(trace: Trace, facts: Facts) -> Visit | None:
    """Return what to show when the station comes back in the middle of the visit that left `trace`.

    Every line was committed, so it is saved; a thing that was being borrowed was not. The card is not kept:
    whoever stands there now shows theirs. Returns None if nothing had happened yet.
    """
    if not trace:
        return None
    lines = trace.lines
    if trace.pending is not None:
        lines = (*lines, Line(trace.pending, LineState.NOT_SAVED))
    span = facts.rules.idle_seconds * 2000
    return Visit(None, PowerBack(), lines, deadline_ms=facts.up_ms + span, span_ms=span)
