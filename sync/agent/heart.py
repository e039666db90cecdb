"""The heartbeat: tells the hub how the station is, and does what the hub asks in return."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lending.errors import Refused, TryLater
from sync.agent.identity import Identity
from sync.agent.link import HubLink
from sync.heartbeat import Beat, Head, Order, Reply, reply_from_plain, sign_beat, sign_roll

log = logging.getLogger(__name__)

MAX_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Care:
    """What the station does itself at the hub's word.

    `beat` says how it is now, `keep` makes an identity the one it has after the next start, `new_epoch` trades the
    identity for one in a new epoch and starts the station again with it, `keep_forked` keeps through a restart
    whether the hub holds two journals of this epoch.
    """

    beat: Callable[[], Beat]
    keep: Callable[[Identity], None]
    new_epoch: Callable[[HubLink, Head], None]
    keep_forked: Callable[[bool], None]


class Heart:
    """Beats over the agent's link, on its thread."""

    def __init__(self, link: HubLink, identity: Identity, care: Care) -> None:
        self._link = link
        self._identity = identity
        self._care = care
        self._refused = ""

    def beat(self) -> Reply | None:
        """Tell the hub how the station is and do what it asks; None where the hub says no.

        It is asked again the next time all the same: it may be a newer one by then, or something in between said no.
        Raises TryLater or NotAllowed.
        """
        try:
            beat = self._care.beat()
            answer = self._link.post("/api/heartbeat", sign_beat(beat, self._identity.station, self._identity.key))
        except Refused as no:
            if str(no) != self._refused:
                log.warning("the hub takes no heartbeats: %s", no)
            self._refused = str(no)
            return None
        self._refused = ""
        reply = reply_from_plain(answer)
        try:
            self._obey(reply, beat)
        except Refused as no:
            log.warning("what the hub asked for could not be done: %s", no)
        return reply

    def forked(self, reply: Reply, *, before: bool) -> bool:
        """Return whether the journal counts as forked after this reply.

        A hub that says nothing of this epoch's journal takes nothing back: two units had it, and none of them goes on
        in a new epoch yet.
        """
        return reply.forked or Order.ENROL_ANEW in reply.orders or (before and reply.held is None)

    def keep_forked(self, *, forked: bool) -> None:
        """Keep it through a restart: two units that lend would go on doing so until the hub is heard again."""
        self._care.keep_forked(forked)

    def _obey(self, reply: Reply, beat: Beat) -> None:
        if Order.NEW_EPOCH in reply.orders:
            self._care.new_epoch(self._link, beat.head)
        elif Order.ROLL_TOKEN in reply.orders:
            self._roll()

    def _roll(self) -> None:
        """Keep the new token before it is used: the old one counts until then."""
        mine = self._identity
        answer = self._link.post("/api/token", sign_roll(mine.station, mine.epoch, mine.key))
        token = answer.get("token") if isinstance(answer, Mapping) else None
        if not isinstance(token, str) or not token.isascii() or not 0 < len(token) <= MAX_TOKEN:
            raise TryLater("the hub's new token cannot be understood")
        self._identity = replace(self._identity, token=token)
        self._care.keep(self._identity)
        self._link.token(token)
        log.info("this station has a new token")
