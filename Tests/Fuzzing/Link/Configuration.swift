import Agent
import ConfigurationFile

func readConfiguration(_ bytes: [UInt8]) { read(bytes) { (node) throws(ConfigurationError) in _ = try DaemonConfiguration(node) } }
