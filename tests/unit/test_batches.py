"""How files are grouped, and what their executions are called."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sluice.batches import MAX_BYTES, MAX_FILES, Batch, Task, group
from tests.fakes import a_file

SIZES = st.lists(st.integers(0, MAX_BYTES // 3) | st.integers(0, 2 * MAX_BYTES), max_size=40)


def _tasks(sizes):
    return [Task(a_file(f"{n}.csv", size=size), 1) for n, size in enumerate(sizes)]


@given(SIZES)
def test_every_file_is_in_one_batch_in_its_order(sizes):
    tasks = _tasks(sizes)

    assert [task for batch in group("p", tasks) for task in batch.tasks] == tasks


@given(SIZES)
def test_no_batch_has_too_many_files_or_bytes_but_a_large_file_alone(sizes):
    for batch in group("p", _tasks(sizes)):
        assert 1 <= len(batch.tasks) <= MAX_FILES
        assert sum(task.file.size for task in batch.tasks) <= MAX_BYTES or len(batch.tasks) == 1


@given(st.lists(st.integers(1, 99), min_size=1, max_size=10), st.randoms())
def test_a_name_is_stable_whatever_the_order_and_new_for_a_new_attempt(attempts, random):
    tasks = [Task(a_file(f"{n}.csv"), attempt) for n, attempt in enumerate(attempts)]
    name = Batch("p", tuple(tasks)).execution_name
    shuffled = random.sample(tasks, len(tasks))
    retried = [replace(tasks[0], attempt=tasks[0].attempt + 1), *tasks[1:]]

    assert Batch("p", tuple(shuffled)).execution_name == name
    assert Batch("p", tuple(retried)).execution_name != name
    assert len(name) <= 80
