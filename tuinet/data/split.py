"""Shares of a set of samples in which every class is represented as in the whole: stratified sampling."""

from __future__ import annotations

import numpy as np

from tuinet.data.arrays import Indices, Mask


def quotas(counts: Indices, total: int) -> Indices:
    """How many of each class make a stratified share: in proportion, rounded by largest remainder (Hamilton, 1792).

    Parameters
    ----------
    counts
        Samples of each class, shape (classes,).
    total
        Size of the share, at most the sum of `counts`.

    Returns
    -------
    Indices
        Shape (classes,), summing to `total`; each differs from the exact proportion by less than 1.
    """
    # Whole numbers throughout: a proportion without remainder must not be lost to rounding.
    share, remainder = np.divmod(counts * total, counts.sum())
    missing = total - int(share.sum())
    share[np.argsort(-remainder, kind="stable")[:missing]] += 1
    return share


def draw(labels: Indices, taken: Indices, generator: np.random.Generator) -> Mask:
    """A random choice of samples.

    Parameters
    ----------
    labels
        The class of each sample, shape (samples,).
    taken
        How many are chosen of each class, shape (classes,).
    generator
        The source of the choice.

    Returns
    -------
    Mask
        Whether each sample is chosen, shape (samples,).
    """
    chosen = np.zeros(len(labels), dtype=np.bool_)
    order = generator.permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    starts = np.concatenate(([0], np.cumsum(np.bincount(labels, minlength=len(taken)))))
    for start, number in zip(starts[:-1], taken, strict=True):
        chosen[by_class[start : start + number]] = True
    return chosen
