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
# # What is a gradient?
#
# The gradient of a number tells how the result changes when you change that number a little. A net learns by it: it knows
# which way to turn each of its weights. In this notebook you compute gradients by hand and see the engine do the same,
# node by node.
#
# Exercises are cells with three dots `...` in them. Put your answer there, run the cell, and the check says whether it is
# right.

# %%
import numpy as np
from checks import notebook_01 as check

from autograd import Tensor, Value, draw

# %% [markdown]
# ## A slope, measured
#
# Take f(x) = (-x + 3)². At x = 2 it is 1. Change x a little, and see what f does.


# %%
def f(x):
    return (-x + 3) ** 2


for step in (1, 0.1, 0.01, 0.001):
    change = f(2 + step) - f(2)
    print(f"x changes by {step}: f changes by {change:.6f}, that is {change / step:.4f} times as much")

# %% [markdown]
# The smaller the step, the closer the ratio comes to -2. That is the **derivative** of f at 2: for a small step, f changes by
# -2 times the step. It is negative: to the right, f falls.
#
# ## A slope, computed
#
# A `Value` is a number that remembers how it was computed. `backward()` goes back over what it remembers.

# %%
x = Value(2.0, "x")
y = f(x)
y.backward()
print(f"y = {y.data:g}, dy/dx = {x.grad:g}")

# %% [markdown]
# The same -2, without a small step, exactly. How does it do that? Here is what it remembers:

# %%
draw(y)

# %% [markdown]
# Read it twice.
#
# - **Downwards, in blue:** the values. x is 2, so -n is -2, so n + 3 is 1, so n² is 1.
# - **Upwards, in orange:** the gradients. Every node knows the slope of its own small operation, and nothing else:
#     - the result changes as much as itself: 1;
#     - n² has slope 2n. Here n is 1: 2 times 1 arrives at n + 3;
#     - n + 3 has slope 1: 2 goes on as it is;
#     - -n has slope -1: at x arrives -2.
#
# Multiplying slopes along the way: that is the **chain rule**, and all of backpropagation. Watch it node by node: press
# the buttons, or the arrow keys.

# %%
draw(y).step()

# %% [markdown]
# ### Exercise 1
#
# The same function at x = -4, with pencil and paper: what is f(-4), and what is the gradient at x?

# %%
value_at_minus_4 = ...
gradient_at_minus_4 = ...
# solution
value_at_minus_4 = 49
gradient_at_minus_4 = -14
# end of solution
check.q1(value_at_minus_4, gradient_at_minus_4)

# %% [markdown]
# Compare with the engine: every value and gradient on the way.

# %%
y = f(Value(-4.0, "x"))
y.backward()
print(draw(y))

# %% [markdown]
# ## Several numbers
#
# With several inputs, the **gradient** is one derivative for each of them: how the result changes when that one changes, and
# the others stay.
#
# ### Exercise 2
#
# What is 2 (x y + max(z, w)) at x = 3, y = -4, z = 2, w = -1?

# %%
result = ...
# solution
result = -20
# end of solution
check.q2(result)

# %% [markdown]
# ### Exercise 3
#
# And its gradients at x, y, z and w? Go backwards: what does "2 times" send back, what a sum, what a product, what `max`?

# %%
gradients_of_x_y_z_w = (..., ..., ..., ...)
# solution
gradients_of_x_y_z_w = (-8, 6, 2, 0)
# end of solution
check.q3(*gradients_of_x_y_z_w)

# %% [markdown]
# Now look:

# %%
x, y, z, w = Value(3.0, "x"), Value(-4.0, "y"), Value(2.0, "z"), Value(-1.0, "w")
result = 2 * (x * y + max(z, w))
result.backward()
draw(result)

# %% [markdown]
# `w` is not in the picture: `max` took `z`, so the result does not depend on `w` at all. Its gradient is 0.
#
# ## What is used twice gets two gradients
#
# ### Exercise 4
#
# y = x x + x at x = 3. What is the gradient at x? Remember that x goes into y three times.

# %%
gradient_at_3 = ...
# solution
gradient_at_3 = 7
# end of solution
check.q4(gradient_at_3)

# %%
x = Value(3.0, "x")
y = x * x + x
y.backward()
draw(y)

# %% [markdown]
# Three arrows come back to x, with 3, 3 and 1. They **add up**. The next notebook shows how much depends on waiting for all of
# them.
#
# ## A neuron
#
# A neuron multiplies each input by a weight, adds all of it and a bias, and puts the sum through a function. Here that is
# the sigmoid, 1 / (1 + e^-n), which any sum goes through to a number between 0 and 1. Of a Value n, it is `n.sigmoid()`.
#
# ### Exercise 5
#
# Write the neuron: sigmoid(w0 x0 + w1 x1 + ... + b), for lists of Values `w` and `x` and a Value `b`.


# %%
def neuron(w, x, b):
    # solution
    total = b
    for weight, value in zip(w, x):
        total = total + weight * value
    return total.sigmoid()
    # end of solution
    return ...


check.q5(neuron)

# %% [markdown]
# ### Exercise 6
#
# With w = 2, -3, x = -1, -2 and b = -3 the neuron gives 0.731. What are the gradients at w0, w1, x0, x1 and b? The slope of the
# sigmoid, where it gives s, is s (1 - s). You may compute them by hand, or let the engine do it.

# %%
gradients_of_w0_w1_x0_x1_b = (..., ..., ..., ..., ...)
# solution
w, x, b = [Value(2.0), Value(-3.0)], [Value(-1.0), Value(-2.0)], Value(-3.0)
neuron(w, x, b).backward()
gradients_of_w0_w1_x0_x1_b = (w[0].grad, w[1].grad, x[0].grad, x[1].grad, b.grad)
# end of solution
check.q6(*gradients_of_w0_w1_x0_x1_b)

# %% [markdown]
# The neuron as a graph:

# %%
w0, x0, w1, x1, b = (Value(n, name) for n, name in [(2.0, "w0"), (-1.0, "x0"), (-3.0, "w1"), (-2.0, "x1"), (-3.0, "b")])
y = (w0 * x0 + w1 * x1 + b).sigmoid()
y.backward()
draw(y, direction="right")

# %% [markdown]
# ## Downhill
#
# The gradient tells which way is up. Learning goes down: a small step against the gradient, again and again.
#
# ### Exercise 7
#
# Write one step: change `x.data` by `step_size` times the gradient, in the direction in which f falls.


# %%
def step_down(x, step_size):
    # solution
    x.data = x.data - step_size * x.grad
    # end of solution
    ...


check.q7(step_down)

# %% [markdown]
# ## The same for arrays
#
# A net has thousands of weights, so they stand in arrays. A `Tensor` is a Value for a whole array: each of its numbers has its
# gradient, and NumPy's functions work on it.

# %%
x = Tensor(np.array([2.0, -4.0]), requires_grad=True, name="x")
y = np.sum((-x + 3) ** 2)
y.backward()
print(x.grad)

# %% [markdown]
# The gradients at 2 and at -4, both at once: -2 and -14.
#
# **Next:** [Why this order?](02_why_this_order.ipynb)
