"""Seconds-long checks of the training code: python -m pytest training"""
import random
from dataclasses import replace

import pytest
import torch

from check_split import expressions, windows
from corpus import DIGITS, END, EQUALS, FIRST_STEP, ID, NEXT, OPERATION, OPERATIONS, VALUE, Problem, Rules
from corpus import chunk_size, drill, reserved, text, trace
from decode import Budget, decode
from export import gguf
from forecast import forecast
from problems import development, evaluation
from model import Model, Shape
from optimisers import Muon
from curriculum import Stage
from train import Run, chunk_sizes, losses, summed_model, tensors, train

torch.set_num_threads(1)
RULES = Rules(limit=3)
CLEAN = Rules(limit=99, clean=1.0, cut=0.0, filler=0.0)


def test_a_step_is_one_token_and_the_problem_reads_as_before():
    problem = Problem(3, [OPERATIONS.index("-7"), OPERATIONS.index("*3")])
    assert problem.text() == "3b-7a*3=" and len(problem.ids()) == 4
    assert problem.answer == (3 - 7) * 3 % 10


def test_every_pass_takes_chunks_of_one_operation_fewer():
    assert [chunk_size(6, index) for index in range(7)] == [5, 4, 3, 2, 1, 1, 1]
    assert [chunk_size(10, index) for index in range(4)] == [7, 6, 5, 4]
    clean = Rules(limit=9, clean=1.0, cut=0.0, filler=0.0, lengths=(6,))
    sample = trace(random.Random(1), clean)
    sizes = [size for size in chunk_sizes(torch.tensor([sample.ids]))[0].tolist()[10:] if size]
    assert sizes[:5] == [1, 5, 2, 4, 3]


def test_every_label_of_a_result_is_true_as_written():
    rng = random.Random(0)
    for _ in range(300):
        sample = trace(rng, RULES)
        for i, token in enumerate(sample.ids[:-1]):
            if token in VALUE:
                value = VALUE[token]
            elif token in OPERATION:
                value = NEXT[OPERATION[token]][value]
            if token == EQUALS and sample.labels[i + 1] is not None:
                assert sample.labels[i + 1] == DIGITS[value]


def test_the_answer_repeats_the_last_finished_pass():
    rng = random.Random(4)
    for _ in range(200):
        thought, answer = text(trace(rng, RULES).ids).split("</think>")
        finished = thought.split("<think>")[1].split(".")[:-1]
        if finished:
            assert answer[0] == finished[-1][-1]


def test_no_training_text_holds_a_reserved_sequence():
    rng = random.Random(2)
    for _ in range(300):
        for kind in (trace, drill):
            for ops in expressions(kind(rng, RULES).ids):
                assert not any(reserved(list(part)) for part in windows(ops))


def test_evaluation_and_development_problems_are_reserved_and_apart():
    held = evaluation()
    assert all(reserved(p.ops) for p in held + development())
    assert not {p.text() for p in held} & {p.text() for p in development()}


def test_the_forecast_of_each_depth_is_that_of_the_next_one_wait_later():
    waits = {n: [row["all"] for row in forecast(evaluation(), n)["wait"].values()] for n in (2, 3, 4)}
    assert waits[4][:2] == waits[3][1:3] == [70.0, 100.0] and waits[3][:2] == waits[2][1:3] == [40.0, 70.0]


def test_the_embedding_of_a_step_is_a_sum_while_it_is_trained():
    torch.manual_seed(0)
    model = summed_model(2)
    sums = model.embedding[FIRST_STEP : FIRST_STEP + 10 * len(OPERATIONS)].view(10, len(OPERATIONS), -1)
    assert torch.allclose(sums[1, 2] - sums[0, 2], sums[1, 5] - sums[0, 5], atol=1e-6)
    assert ID["a+1"] == FIRST_STEP


def test_a_clean_thought_ends_with_the_answer():
    sample = trace(random.Random(1), CLEAN)
    thought = text(sample.ids)
    assert thought.split("</think>")[0][-2] == thought.split("</think>")[1][0]


def test_the_cache_gives_what_the_whole_sequence_gives():
    torch.manual_seed(0)
    model = Model(Shape(layers=2)).eval()
    for layer in model.layers:
        torch.nn.init.normal_(layer.out, std=0.1)
        torch.nn.init.normal_(layer.down, std=0.1)
    thought = decode(model, [Problem(3, [OPERATIONS.index("-7")])], Budget(tokens=20))[0]
    logits = model.logits(model(torch.tensor([thought.ids])))[0]
    free = [i for i in range(5, len(thought.ids)) if thought.ids[i] != END]
    assert all(logits[i - 1].argmax() == thought.ids[i] for i in free)


def test_a_step_of_training_lowers_the_loss_of_its_batch():
    torch.manual_seed(0)
    model, rng = Model(Shape(layers=1)), random.Random(3)
    batch = tensors([trace(rng, CLEAN) for _ in range(8)])
    muon = Muon([p for name, p in model.named_parameters() if name.startswith("layers") and p.ndim > 1])
    before = losses(model, batch)[0]
    for _ in range(5):
        losses(model, batch)[0].backward()
        muon.step(0.02)
        model.zero_grad()
    assert losses(model, batch)[0] < before


def test_the_export_starts_like_a_gguf_and_holds_every_weight():
    model = Model(Shape(layers=1))
    data = gguf(model)
    assert data[:4] == b"GGUF" and len(data) > 4 * model.parameters_exported()


def test_the_last_finished_value_is_known_at_every_token():
    rng = random.Random(5)
    for _ in range(200):
        sample = trace(rng, RULES)
        for i, value in enumerate(sample.finished()):
            before = text(sample.ids[: i + 1]).split(".")[:-1]
            assert value == (int(before[-1][-1]) if before and before[-1][-1].isdigit() else value)
            assert (value is None) == (not before)


def test_a_stage_goes_on_until_its_results_are_right():
    stage = Stage("drill 2", RULES, least=0.3, most=3.0, sizes=(1, 2))
    seen, known, half = {1: 100, 2: 100}, {1: 99, 2: 98}, {1: 99, 2: 96}
    assert not stage.over(200_000, known, seen)
    assert stage.over(300_000, known, seen) and not stage.over(300_000, half, seen)
    assert not stage.over(300_000, {1: 99}, {1: 100})
    assert stage.over(3_000_000, half, seen)
    assert not Stage("settle", RULES, 3.0, 3.0).over(1_000_000, known, seen)


def test_a_run_that_was_stopped_goes_on_exactly(tmp_path):
    stages = [
        Stage("first", replace(RULES, chunks=1), 0.0, 0.012, batch=128),
        Stage("second", RULES, 0.03, 0.03, rates=(1.0, 0.0), batch=128),
    ]
    whole = Run(1, 1, str(tmp_path / "whole.pt"))
    train(whole, stages)
    stopped = Run(1, 1, str(tmp_path / "stopped.pt"))
    stopped.keep_now_and_then = stop_after(stopped, 2)
    with pytest.raises(KeyboardInterrupt):
        train(stopped, stages)
    again = Run(1, 1, str(tmp_path / "stopped.pt"))
    train(again, stages)
    assert again.steps == whole.steps and again.stage == 2
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, again.model.state_dict()[name]), name


def stop_after(run, looks):
    """Keeps at every look, and stops after some: the run as it was then is what the next one finds."""
    seen = []

    def look():
        seen.append(run.steps)
        run.keep()
        if len(seen) == looks:
            raise KeyboardInterrupt

    return look
