import CKernels

extension Tensor {
  /// −[t log σ(x) + (1 − t) log(1 − σ(x))] of every logit x with its target t in 0...1, by softplus: nothing is added to
  /// a logarithm, and no logit is too large. `target` has this shape and is a constant.
  public func logisticLosses(target: Tensor) -> Tensor {
    precondition(shape == target.shape, "targets \(target.shape) do not fit logits \(shape)")
    precondition(!target.isTraced, "a target of a logistic loss is a constant")
    let x = detached
    let losses = reading(x, target) { px, pt in
      elementwise(shape) { out, range in
        let start = range.lowerBound
        ck_logistic_loss(px + start, pt + start, out + start, range.count)
      }
    }
    return losses.derived(from: [self]) { dy in
      let dx = reading(x, target, dy) { px, pt, pdy in
        elementwise(x.shape) { out, range in
          let start = range.lowerBound
          ck_logistic_loss_backward(px + start, pt + start, pdy + start, out + start, range.count)
        }
      }
      return [dx]
    }
  }
}
