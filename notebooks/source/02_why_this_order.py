# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Why this order?
#
# Going backwards sounds easy: start at the result, and pass gradients on to the inputs. But in which order? This notebook
# shows an order that looks right and is wrong, the one that is right, and what else can go wrong with gradients that add up.

# %%
from checks import notebook_02 as check

from autograd import Tensor, Value, draw

# %% [markdown]
# ## A small graph with two ways
#
# b = a + a, and c = b + b.
#
# ### Exercise 1
#
# Without any engine: what is dc/da?

# %%
slope = ...
# solution
slope = 4
# end of solution
check.q1(slope)

# %%
a = Value(1.0, "a")
b = a + a
c = b + b
b.name, c.name = "b", "c"
c.backward()
draw(c)

# %% [markdown]
# ## The order that looks right
#
# The first idea of most people: a node passes its gradient on to its inputs, and then does the same for each of them. Like
# this:


# %%
def naive_backward(node, gradient_of):
    for parent in node.parents:  # the slope of a sum is 1 by each of its inputs
        gradient_of[parent.name] += gradient_of[node.name]
    for parent in node.parents:
        naive_backward(parent, gradient_of)


# %% [markdown]
# ### Exercise 2
#
# Start with `gradient_of = {"a": 0, "b": 0, "c": 1}` and follow `naive_backward(c, gradient_of)` on paper. What does it say
# for a?

# %%
naive_answer = ...
# solution
naive_answer = 8
# end of solution
check.q2(naive_answer)

# %%
gradient_of = {"a": 0, "b": 0, "c": 1}
naive_backward(c, gradient_of)
print(gradient_of)

# %% [markdown]
# Twice too much. b was visited **twice**, once for each use, and each time it passed on **all** that had arrived. A node
# must pass its gradient on **once**, when it is complete: after **every** node that used it has passed on its own.
#
# Step through both: the switch "Why this order?" shows the wrong one.

# %%
draw(c).step()

# %% [markdown]
# ## The right order
#
# An order in which every node comes after all that used it is called a **topological order** (of the graph, reversed). There
# is a simple way to one: a node is always **created** after its inputs. So sort by time of creation, newest first. Values
# carry a number for that, `index`, from a clock that ticks with every new one.
#
# ### Exercise 3
#
# Write a function that returns all nodes that `root` was computed from, `root` included, each once, newest first. `node.parents`
# are a node's inputs. Chains can be thousands of nodes long: use a list of nodes still to visit, not recursion.


# %%
def newest_first(root):
    # solution
    found, waiting = {root}, [root]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=lambda node: node.index, reverse=True)
    # end of solution
    return ...


check.q3(newest_first)

# %% [markdown]
# With it, going backwards is a loop: each node once, its gradient complete.

# %%
gradient_of = {"a": 0, "b": 0, "c": 1}
for node in [c, b, a]:
    for parent in node.parents:
        gradient_of[parent.name] += gradient_of[node.name]
print(gradient_of)

# %% [markdown]
# ## Gradients stay until you forget them
#
# Adding up has another side. `grad` adds up over **several** calls of `backward()` too.
#
# ### Exercise 4
#
# What is `a.grad` after this loop?
#
#     a = Value(1.0)
#     for _ in range(3):
#         b = a + a
#         c = b + b
#         c.backward()

# %%
after_three_rounds = ...
# solution
after_three_rounds = 12
# end of solution
check.q4(after_three_rounds)

# %% [markdown]
# That is useful: the gradients of a large batch can be computed in parts. But in a training loop, forgetting to forget is a
# classic mistake: every step then uses the sum of all gradients so far. Here are two runs down the same slope, (w - 1)² from
# w = 0, that differ in one line only.

# %%
for forget in (True, False):
    w = Tensor(0.0, requires_grad=True)
    way = []
    for _ in range(8):
        if forget:
            w.zero_grad()
        loss = (w - 1) ** 2
        loss.backward()
        w.data -= 0.3 * w.grad.data
        way.append(f"{w.item():.2f}")
    print("with zero_grad:   " if forget else "without zero_grad:", " ".join(way))

# %% [markdown]
# With it, w goes to 1. Without it, w swings to and fro, and never comes to rest.
#
# ### Exercise 5
#
# Write what has to be done with a Tensor's gradient before a new round.


# %%
def before_a_new_round(w):
    # solution
    w.zero_grad()
    # end of solution
    ...


check.q5(before_a_new_round)

# %% [markdown]
# ## A chain of 10,000
#
# Recursion has another weakness: Python allows about a thousand calls inside of one another. The engine's loop has no such
# limit. Here is a chain of 10,000 multiplications:

# %%
x = Value(1.0, "x")
y = x
for _ in range(10_000):
    y = y * 1.0001
y.backward()

# %% [markdown]
# ### Exercise 6
#
# What is the gradient at x, to three digits? Think before you look at `x.grad`.

# %%
gradient_of_the_chain = ...
# solution
gradient_of_the_chain = x.grad
# end of solution
check.q6(gradient_of_the_chain)

# %% [markdown]
# Drawn, the chain is one step and an arrow back, for all steps are equal; the picture says so.

# %%
draw(y, show=["shape"])

# %% [markdown]
# **You have seen** why gradients add up, why a node has to wait for all that used it, and why the order of creation,
# reversed, is enough to know. That is all that `backward()` does: [autograd/value.py](../autograd/value.py) has it on a page.
