// A configuration that is printed, in a crash message or by mistake in a log line, shows everything but its secrets.

extension DaemonConfiguration.CentralSystemSection: CustomReflectable {
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "url": url, "securityProfile": securityProfile, "authorizationKey": shown(authorizationKey),
                "authorizationKeyFormat": authorizationKeyFormat, "caFile": caFile as Any,
                "clientCertificate": clientCertificate as Any,
                // A provider's URI may carry a PIN.
                "clientKey": shown(clientKey), "verifyHostname": verifyHostname, "reconnect": reconnect,
            ], displayStyle: .struct)
    }
}

extension DaemonConfiguration.WebSection: CustomReflectable {
    public var customMirror: Mirror {
        Mirror(
            self, children: ["host": host, "port": port, "password": shown(password), "publicMetrics": publicMetrics],
            displayStyle: .struct)
    }
}

extension DaemonConfiguration.OCPPValue: CustomReflectable {
    public var customMirror: Mirror {
        // Any key may be a vendor's own secret; what they are set to stands in the file and in GetConfiguration.
        Mirror(self, children: ["key": key, "text": shown(text), "line": line], displayStyle: .struct)
    }
}

private func shown(_ secret: String?) -> String { secret == nil ? "nil" : "hidden" }
