"""Which picture of all a view is of: a softmax over the whole training set, as the teacher embeds it.

A batch holds some fifty pictures to tell a view from, a catalogue thousands, and the likest of them are seldom in the
batch. What other steps embedded can stand for them (cross-batch memory, arXiv:1912.06798); here it is what a teacher
that is finished made of each picture, which does not age.
"""

from torch import Tensor, nn

TEMPERATURE = 0.05


class Recognition(nn.Module):
    """The loss of views against the teacher's embeddings of all pictures; pictures of one product are all right."""

    known: Tensor
    items: Tensor

    def __init__(self, known: Tensor, items: Tensor) -> None:
        """Keep (m, dim) float32 of unit length, what is told apart, and (m,) int64, the product of each."""
        super().__init__()
        self.register_buffer("known", known, persistent=False)  # the teacher's, which a checkpoint need not hold
        self.register_buffer("items", items, persistent=False)

    def forward(self, embeddings: Tensor, items: Tensor) -> Tensor:
        """The mean loss, (), of embeddings (n, dim) of unit length by the product of each, (n,) int64, all known."""
        logits = embeddings @ self.known.T / TEMPERATURE
        is_own = items[:, None] == self.items[None]
        return (logits.logsumexp(1) - logits.masked_fill(~is_own, float("-inf")).logsumexp(1)).mean()
