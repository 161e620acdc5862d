"""All receipts of one answer stand under the answer's own checkpoint: a handheld that follows it asks for no further proof."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from evidence.dispatcher import stop_dispatcher
from evidence.keys import log_signer, log_verifier
from evidence.note import open_checkpoint
from evidence.sealing import Sealing
from tests.cast import Cast, Handheld
from tests.field.sync.faults import proved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batches(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[list[int]]:
    """A sealer at its own beat beside us; the sizes of the log that it has signed."""
    settings.LEDGER_SEAL_IN_PROCESS = False
    settings.LOG_NEWEST_FILE = (
        tmp_path / "newest.note"
    )  # or the sealers of other tests find a log that was longer than theirs
    signed: list[int] = []
    sealing = Sealing(log_signer(), beat_s=0.002, sealed=lambda batch: signed.append(batch.size))
    thread = threading.Thread(target=sealing.run)
    thread.start()
    yield signed
    sealing.stop()
    thread.join()
    stop_dispatcher()


def test_a_hundred_records_in_one_post_come_back_under_one_checkpoint(batches: list[int], cast: Cast) -> None:
    wen = Handheld.at_work(cast.wen, cast.qiu)
    records = [wen.violation() for _ in range(100)]
    before = len(batches)

    answer = wen.sync(*records).body

    assert len(batches) > before + 1, "the records were sealed in several batches, else this shows nothing"
    receipts = [one["receipt"] for one in answer["verdicts"]]
    assert len(receipts) == 100 and None not in receipts
    assert {one["checkpoint"] for one in receipts} == {answer["checkpoint"]["note"]}
    assert open_checkpoint(answer["checkpoint"]["note"], log_verifier()).size == batches[-1]
    for one in receipts:
        proved(one)
