internal import NIOCore
internal import NIOWebSocket

/// Puts the fragments of a message together again and refuses what RFC 6455 §5.4 and §5.5 do not allow.
struct MessageAssembler {
    enum Step: Equatable {
        /// The message goes on, or a frame without consequence came.
        case nothing
        case text(String)
        /// A binary message came to its end; OCPP-J knows none.
        case ignoredBinary
        case ping(ByteBuffer)
        case pong
        /// 1005 stands for a close frame without a code.
        case close(code: Int, reason: String)
        case violation(LinkFailure.Kind)
    }
    private enum Message { case none, text(ByteBuffer), binary(Int) }

    let limit: Int
    private var message = Message.none

    init(limit: Int) { self.limit = limit }

    mutating func take(_ frame: WebSocketFrame) -> Step {
        guard frame.maskKey == nil else { return .violation(.protocolError("its frames are masked")) }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return .violation(.protocolError("a frame uses an extension that was not agreed"))
        }
        switch frame.opcode {
        case .text: return begin(.text(ByteBuffer()), with: frame)
        case .binary: return begin(.binary(0), with: frame)
        case .continuation: return carryOn(with: frame)
        case .ping: return .ping(frame.data)
        case .pong: return .pong
        case .connectionClose: return close(frame.data)
        default: return .violation(.protocolError("a frame has an unknown type"))
        }
    }

    private mutating func begin(_ new: Message, with frame: WebSocketFrame) -> Step {
        guard case .none = message else {
            return .violation(.protocolError("a message began before the last one ended"))
        }
        message = new
        return carryOn(with: frame)
    }

    private mutating func carryOn(with frame: WebSocketFrame) -> Step {
        var fragment = frame.data
        switch message {
        case .none:
            return .violation(.protocolError("a continuation came without a beginning"))
        case .text(var collected):
            guard collected.readableBytes + fragment.readableBytes <= limit else { return .violation(.tooBig(limit: limit)) }
            message = .none  // or the buffer would be copied for each fragment
            collected.writeBuffer(&fragment)
            guard frame.fin else {
                message = .text(collected)
                return .nothing
            }
            guard let text = String(validating: collected.readableBytesView, as: UTF8.self) else { return .violation(.notText) }
            return .text(text)
        case .binary(let length):
            guard length + fragment.readableBytes <= limit else { return .violation(.tooBig(limit: limit)) }
            message = frame.fin ? .none : .binary(length + fragment.readableBytes)
            return frame.fin ? .ignoredBinary : .nothing
        }
    }

    private func close(_ data: ByteBuffer) -> Step {
        var data = data
        guard data.readableBytes > 0 else { return .close(code: 1005, reason: "") }
        guard let code = data.readInteger(as: UInt16.self) else {
            return .violation(.protocolError("a close frame is cut short"))
        }
        return .close(code: Int(code), reason: String(decoding: data.readableBytesView, as: UTF8.self))
    }
}
