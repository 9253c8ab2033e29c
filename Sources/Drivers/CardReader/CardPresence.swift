/// Turns what a reader sees at each look into presentations: a card counts once, until it has left the field.
///
/// A card at the field's edge is missed now and then, so leaving takes several looks without it. Two cards held together may be seen in turn;
/// both are remembered, and neither counts again. Cards with random numbers show another one at each look, and count as one card.
struct CardPresence {
    private enum Identity: Hashable {
        case number(CardTechnology, [UInt8])
        case random(CardTechnology)
    }

    private let absentLooks: Int
    /// Cards in the field, with the looks since they were seen; none stays longer than `absentLooks`, so there are never more than that.
    private var missed: [Identity: Int] = [:]

    /// - Parameter absentLooks: looks without a card after which it has left, at least 1.
    init(absentLooks: Int) { self.absentLooks = max(1, absentLooks) }

    /// - Parameter card: what this look found.
    /// - Returns: whether this is a new presentation.
    mutating func saw(_ card: ReadCard?) -> Bool {
        let identity = card.map { $0.isRandom ? Identity.random($0.technology) : .number($0.technology, $0.uid) }
        missed = missed.mapValues { $0 + 1 }.filter { $0.value < absentLooks || $0.key == identity }
        guard let identity else { return false }
        return missed.updateValue(0, forKey: identity) == nil
    }
}
