/// What is built from this tree.
public enum Software {
    /// Told by BootNotification as firmwareVersion unless the configuration names another, and by `--version`.
    public static let version = "0.1.0"
}
