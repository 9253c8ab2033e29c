import ChargePointCore
import OCPP

/// What a judge sees of a world, in the order in which it happens.
enum Observation {
    /// About to be handed to the core; once more when a commit failed.
    case input(Input)
    case reaction(Input, Reaction)
    /// The records of this input did not become durable: the core is back in its state from before.
    case discarded(Input)
    /// What makes safe has been carried out; nothing is recorded yet.
    case madeSafe(Reaction)
    case committed([Record])
    /// Has been carried out.
    case effect(Effect)
    /// A CALL has reached the Central System.
    case delivered(MessageId)
    /// Nothing is left to do at this instant.
    case settled
    /// The process is gone.
    case ended
    /// Everything works again and has for two minutes.
    case calm
    /// Everything has been in order for a long while, and all is demanded that must come of that.
    case healed
}

/// A judge of one rule.
protocol Checker {
    mutating func observe(_ observation: Observation, in world: World) throws(Violation)
}

/// All judges, each of its own rule.
struct Checkers {
    private var contactor = ContactorChecker()
    private var safety = SafetyChecker()
    private var status = StatusChecker()
    private var singleCall = SingleCallChecker()
    private var queueOrder = QueueOrderChecker()
    private var registration = RegistrationChecker()
    private var energy = EnergyChecker()
    private var offer = OfferChecker()
    private var schedule = ScheduleChecker()
    private var restore = RestoreChecker()
    private var deadline = DeadlineChecker()
    private var answer = AnswerChecker()
    private var operatorAnswer = OperatorAnswerChecker()
    private var time = TimeChecker()
    private var localList = LocalListChecker()
    private var reservation = ReservationChecker()
    private var securityEvent = SecurityEventChecker()
    private var firmware = FirmwareChecker()

    mutating func observe(_ observation: Observation, in world: World) throws(Violation) {
        try contactor.observe(observation, in: world)
        try safety.observe(observation, in: world)
        try status.observe(observation, in: world)
        try singleCall.observe(observation, in: world)
        try queueOrder.observe(observation, in: world)
        try registration.observe(observation, in: world)
        try energy.observe(observation, in: world)
        try offer.observe(observation, in: world)
        try schedule.observe(observation, in: world)
        try restore.observe(observation, in: world)
        try deadline.observe(observation, in: world)
        try answer.observe(observation, in: world)
        try operatorAnswer.observe(observation, in: world)
        try time.observe(observation, in: world)
        try localList.observe(observation, in: world)
        try reservation.observe(observation, in: world)
        try securityEvent.observe(observation, in: world)
        try firmware.observe(observation, in: world)
    }
}
