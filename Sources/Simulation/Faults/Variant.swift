/// A shell with a planted defect: proof that the checkers can fail.
public enum Variant: String, Sendable, CaseIterable {
    /// The shell as it should be.
    case faithful
    /// Closes the contactor before the transaction is durable.
    case closesBeforeCommit
    /// Acts as if the store had taken what it refused.
    case ignoresFailedCommits
    /// Makes safe only after the commit.
    case opensAfterCommit
    /// Some meter values never reach the queue.
    case dropsMessage
    /// Sends a StopTransaction again although it was answered.
    case repeatsStop
    /// Forgets what could not be recorded when it could not be recorded.
    case losesBacklog
    /// Answers some requests of the Central System twice.
    case answersTwice
    /// Offers more than the board carries.
    case offersTooMuch
    /// Keeps some StatusNotifications to itself and answers them.
    case swallowsStatus
    /// Tells a new connection no status that an earlier one was told.
    case keepsStatusAfterReconnect
    /// Renders a message's transactionId when it is recorded, not when it is sent.
    case rendersIdEarly
    /// Drops a message after TransactionMessageAttempts instead of setting it aside.
    case dropsAfterAttempts
    /// Adds the clock's correction to times that have it already.
    case stepsClockTwice
    /// Forgets what the core records when it hears that the store fails.
    case forgetsRecordsOfFailure
    /// Goes on offering what it offered when less is to be offered.
    case ignoresLowerOffers
    /// Keeps a part of a Local Authorization List under the version of the whole.
    case tearsLocalList
    /// Starts without the reservations that are on disk.
    case forgetsReservations
    /// Keeps no credentials that worked while others have to prove themselves.
    case forgetsFallback
    /// Does not remember which security events the Central System knows.
    case forgetsToldEvents
    /// Some security events never reach the log.
    case dropsSecurityEvents
    /// Says of firmware that waits for a restart that it runs already.
    case claimsInstallation
}
