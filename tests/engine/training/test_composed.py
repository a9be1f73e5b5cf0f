from engine.training.composed import MOST_OF_ONE, Step, composed, described

PAINTER = Step("Who painted the ceiling of the chapel?", "Anna Corvino", "a")


def test_a_name_gives_way_to_what_another_question_asks_for() -> None:
    born = Step("When was Anna Corvino born?", "1611", "b")
    assert list(composed([PAINTER, born])) == [
        ("When was the person who painted the ceiling of the chapel born?", "1611", ("a", "b"))
    ]


def test_two_questions_of_one_document_are_not_composed() -> None:
    assert not list(composed([PAINTER, Step("When was Anna Corvino born?", "1611", "a")]))


def test_a_question_that_would_say_its_own_answer_is_not_composed() -> None:
    where = Step("Where did Anna Corvino paint?", "the chapel", "b")
    assert not list(composed([PAINTER, where]))


def test_a_name_inside_a_longer_word_stays() -> None:
    first = Step("Who founded the bank?", "Rose", "a")
    assert not list(composed([first, Step("What do Rosemary growers sell?", "oil", "b")]))


def test_one_first_step_leads_to_few_questions() -> None:
    seconds = [Step(f"Where was Anna Corvino in 16{n}?", f"Town {n}", f"b{n}") for n in range(10, 40)]
    assert len(list(composed([PAINTER, *seconds]))) == MOST_OF_ONE


def test_what_cannot_be_said_simply_is_left_out() -> None:
    assert described("Who was the first mayor of Lund?") == "the first mayor of Lund"
    assert described("Which river is the longest of Spain?") == "the river that is the longest of Spain"
    assert described("Who did Anna meet?") == described("How tall is the tower?") == ""
