extension SimulationRun.Failure {
    /// The same rule broken by a shorter life: troubles are spared and steps left out as long as it still breaks.
    ///
    /// - Parameter limit: so many lives are tried at most; each takes some milliseconds.
    public func shortened(limit: Int = 1500) -> SimulationRun.Failure {
        var shrinking = Shrinking(best: self, triesLeft: limit)
        shrinking.cutTail()
        shrinking.spareTroubles()
        shrinking.leaveOutSteps()
        shrinking.spareTroubles()
        // Once more, with every input this time.
        return shrinking.best.run(remembering: 1000).failure ?? shrinking.best
    }
}

/// Delta debugging over a world's steps: they draw from streams of their own, so that the others stay what they were.
private struct Shrinking {
    private(set) var best: SimulationRun.Failure
    var triesLeft: Int

    init(best: SimulationRun.Failure, triesLeft: Int) {
        self.best = best
        self.triesLeft = triesLeft
    }

    private var kept: [Int] { best.run.only?.steps ?? Array(0..<best.run.steps) }

    /// Takes over a life in which the same rule breaks.
    private mutating func attempt(_ change: (inout SimulationRun) -> Void) -> Bool {
        guard triesLeft > 0 else { return false }
        triesLeft -= 1
        var run = best.run
        change(&run)
        guard let failure = run().failure, failure.violation.rule == best.violation.rule else { return false }
        best = failure
        return true
    }

    /// What comes after the failure does not matter.
    mutating func cutTail() {
        guard let step = best.step else { return }
        let steps = StepSet(kept.filter { $0 <= step })
        _ = attempt { $0.only = steps }
    }

    mutating func spareTroubles() {
        for trouble in Trouble.allCases where !best.run.spared.contains(trouble) {
            _ = attempt { $0.spared.insert(trouble) }
        }
    }

    mutating func leaveOutSteps() {
        var size = max(1, kept.count / 2)
        while triesLeft > 0 {
            var wasShortened = false
            var start = 0
            while start < kept.count {
                let rest = StepSet(kept[..<start] + kept[min(start + size, kept.count)...])
                if attempt({ $0.only = rest }) { wasShortened = true } else { start += size }
                guard triesLeft > 0 else { return }
            }
            if size > 1 { size /= 2 } else if !wasShortened { return }
            cutTail()
        }
    }
}
