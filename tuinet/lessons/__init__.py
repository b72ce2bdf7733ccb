"""Lessons: Markdown files that set up Experiments, ask, wait and explain; read and checked here, shown by the screen.

A lesson is a UTF-8 file that ends in ``.md``: a front matter in TOML between two lines ``+++``, and then steps. Each
``## Heading`` begins a step; a fenced block ``tuinet`` directly below the heading (optional, TOML) says what the step
does; the rest of the step is its text::

    +++
    title = "Learning rate"
    summary = "Too small, right, too large."
    minutes = 5
    +++

    ## A small one

    ```tuinet
    experiment = "--dataset xor --learning-rate 0.01"
    show = ["map", "loss"]
    do = "Press `space`."
    wait = "epoch >= 200"
    keys = "space"
    speed = 200

    [[claims]]
    says = "hardly moves"
    epoch = 200
    holds = "loss > 0.69"
    ```

    With a rate of **0.01** the loss hardly moves.

Front matter: ``title``, ``summary`` (one line each) and ``minutes`` (a whole number), all of them required.

Text: paragraphs, ``- `` and ``1. `` lists, ``**strong**``, ``*emphasis*``, `` `code` ``, ``> `` quotations, and fenced
blocks without a name, or with the name ``text``, for formulas: their lines are shown as they are (at most 32 characters
fit at 80x24). No links, pictures, tables or HTML.

Keys of a step's block
----------------------
experiment
    Options as on the command line: ``"--dataset xor --hidden none --seed 3"``. A new run with them begins when the step
    begins. Without it, the run of the step before goes on. It is in portable arithmetic, whatever its size, unless the
    options name another: what the text says must be so on every machine.
change
    Options, too: these fields get other values, and the run goes on (as with the settings, ``e``).
run
    Whether it trains then. Left out: a new Experiment is paused, a run that goes on does what it did. With a
    ``predict``, it is paused until the answer has been given, and trains then if this is true.
speed
    Epochs a second, or ``"max"``.
pause_at
    An epoch at which the training pauses by itself. A step that leaves the run as it is leaves this, too: who goes on
    before it is reached finds the numbers that the next step speaks of.
show
    Panels beside the text, the most important first: ``map``, ``loss``, ``weights``, ``gradients``, ``network``,
    ``hidden-space``, ``flow``, ``confusion``, ``samples``, ``ask``, ``starts``, ``landscape``. In 80x24 two at most;
    larger terminals add others. Left out: those of the step before.
do
    What the learner is asked to do, a line of Markdown: ``"Press `m`."``
wait
    A condition (see below). The step waits for it, and remembers once it has been true.
wait_for
    The same in words: ``"the loss is below 0.1"``. Left out, the condition itself is shown.
keys
    What a scripted learner presses to make ``wait`` come true, once it has answered the question: a key, or a list of
    keys, by Textual's names: ``"space"``, ``"m"``, ``"escape"``, ``"plus"``, ``"R"``, ``"ctrl+s"``. A step with ``do``
    must have it. A test plays every lesson from start to end with these keys.
hints
    Whether the status says what a teacher would point out, such as dead units and what helps. Left out: it does not,
    since that would give away what the lesson lets people find out; before a question is answered it never does. With
    ``!``, and with ``--hints`` or ``--no-hints``, a learner or a teacher decides it for all steps.
[predict]
    A question that comes before anything is trained. ``question``, ``choices`` (2 to 5 short texts), ``answer`` (the
    number of the right one, from 1; left out where there is no right one) and ``because`` (Markdown). The keys 1 to 5
    answer; ``because`` is shown when the answer has been given and ``wait``, if there is one, has come true.
    Where the screen would show the answer: ``show`` names the panels that are beside the text until it has been
    given, and no others are, in terminals of any size; ``metrics = false`` withholds loss and accuracy until then.
[[claims]]
    What the text claims, for the computer to check; as many as there are claims.

Keys of a claim
---------------
Each claim is checked a second time with drawn weights that are larger by a billionth of themselves: one that is not
true there, too, hangs on the last digits of a chaotic run, and the next change of anything would make it wrong.

says
    The words of the step that claim it, as they stand in its text, question, choices or explanation.
holds
    A condition, true at the end of what follows.
experiment
    Options. Left out: the Experiment that the step has, by its own ``experiment`` and ``change`` or by those of the
    steps before.
epoch
    Train so many epochs. Left out: 0, or with ``until`` at most 20000.
until
    A condition, looked at after every epoch; stops as soon as it is true. If it never is, the claim is wrong.
always
    A condition that must be true at the start and after every epoch.
change, then
    After ``epoch``, change these options, and train on up to the epoch ``then``.
phase
    At last, go on phase by phase up to the end of this phase: ``"forward 1"``, ``"loss"``, ``"backward 2"``,
    ``"update"``.
seeds, times
    Try it with the seeds of a range, ``"1-20"``; it must hold for all of them, or for exactly ``times`` of them. A
    claim that asks for nothing but ``epoch``, ``loss``, ``accuracy``, ``correct``, ``samples``, ``r2`` and fields of
    the Experiment, after ``epoch`` epochs, trains 1,000 small networks in a second: all at once, as a stack.
interval
    The 95% interval (Wilson's) of the share ``times`` of ``seeds``, in percent: ``[60, 74]``, or with a digit after
    the point, ``[60.3, 73.9]``.

Conditions
----------
Comparisons and arithmetic, with ``and``, ``or``, ``not`` and parentheses: ``"loss < 0.1 and epoch >= 500"``. What is
not known (a test loss without a test set) makes every comparison false. Texts are in quotes: ``'optimizer == "adam"'``.

- Numbers: ``epoch``, ``batch``, ``step``, ``loss``, ``penalty``, ``objective``, ``accuracy`` (0 to 1), ``correct``,
  ``samples``, ``r2``, ``rmse``, ``test_loss``, ``test_accuracy``, ``test_correct``, ``test_samples``, ``layers``
  (hidden and output), ``parameters``, ``edits``, ``rate_now`` (the learning rate, its schedule included).
- Every field of the Experiment: ``dataset``, ``learning_rate``, ``seed``, ``optimizer``, ``batch_size``, …; lists are
  texts: ``activation == "tanh"``, ``hidden == "8,8"``.
- Of the screen, in ``wait`` only: ``running``, ``paused``, ``speed`` (0 for max), ``panel`` (1 to 12 where one has all
  the room, else 0), ``screen`` (``"dashboard"``, ``"microscope"``, ``"settings"``, ``"check"``, ``"rates"``,
  ``"exercise"``, ``"help"``), ``filled`` (how many blanks of the present phase are filled in), ``solved`` (the phase
  whose blanks were all filled in last, in this step: ``"forward 1"``, or ``""``).
- ``phase`` (``"backward 1"``, or ``""`` before the first), ``past`` (whether time has been turned back).
- Of a layer, counted from 1, or from the output with -1, -2: ``grad_norm(1)``, ``typical_grad(1)`` (root mean square of
  its weights' gradients), ``weight_norm(1)``, ``update_ratio(1)``, ``neurons(1)``, ``dead(1)`` and ``saturated(1)``
  (how many units), ``slope(1, unit)`` (the steepest over the samples), ``spread(1)`` (the largest difference between
  the weights and biases of any two of its units: 0 when all are equal).
- Single values: ``weight(layer, input, unit)``, ``bias(layer, unit)``, ``grad(layer, input, unit)``,
  ``bias_grad(layer, unit)``; in claims only, of the step under way or last made, for a sample of its batch:
  ``z(layer, unit, sample)``, ``a(layer, unit, sample)``, ``delta(layer, unit, sample)``, and ``x(input, sample)``.
  Everything is counted from 1.
- ``recall(class)``, ``precision(class)``, ``confusion(actual, predicted)``, classes counted from 1;
  ``lowest_test_loss``, ``highest_loss``, ``lowest_loss`` (over the recorded history).
- ``finding("dead")``: whether what a teacher would point out has this word, be it shown or not. ``finite``: whether all
  numbers still are.
- ``abs``, ``min``, ``max``, ``sqrt``, ``exp``, ``ln``, ``log10``, ``round``; ``pi``.
"""
