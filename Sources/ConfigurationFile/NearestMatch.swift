/// The word that was probably meant: the one with the fewest typing errors between them, upper and lower case aside.
/// - Returns: `nil` when none is near: more than a third of the letters differ.
public func nearest(_ word: String, among words: [String]) -> String? {
    // Longer words are no typing errors, and the comparison's cost grows with the square.
    let limit = 64
    let letters = Array(word.lowercased().unicodeScalars.prefix(limit + 1))
    guard !letters.isEmpty, letters.count <= limit else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in words {
        let other = Array(candidate.lowercased().unicodeScalars.prefix(limit + 1))
        guard other.count <= limit else { continue }
        let allowed = max(1, max(letters.count, other.count) / 3)
        guard abs(letters.count - other.count) <= allowed else { continue }
        let distance = editDistance(letters, other)
        if distance <= allowed, distance < max(letters.count, other.count), distance < best?.distance ?? .max {
            best = (candidate, distance)
        }
    }
    return best?.word
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
            if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
