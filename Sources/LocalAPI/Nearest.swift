/// The known word that was probably meant; nil when none is near: more than a third of the letters differ.
func nearest(_ word: String, among known: [String]) -> String? {
    let letters = Array(word.lowercased().unicodeScalars.prefix(65))
    guard !letters.isEmpty, letters.count <= 64 else { return nil }
    let candidates = known.map { (word: $0, distance: editDistance(letters, Array($0.lowercased().unicodeScalars))) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, max(letters.count, best.word.unicodeScalars.count) / 3) ? best.word : nil
}

/// Insertions, deletions and replacements that turn one into the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            current.append(min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1)))
        }
        last = current
    }
    return last[right.count]
}

/// The end of a message about an unknown name: what was probably meant, and what there is.
func suggestion(for word: String, among known: [String]) -> String {
    let meant = nearest(word, among: known).map { "did you mean '\($0)'? " } ?? ""
    return known.isEmpty ? "none is expected here" : "\(meant)known: \(known.joined(separator: ", "))"
}
