/// Made once, valid from 2026 to 2046. The signatures are over the nine bytes `firmware` and a line's end.
enum SigningExamples {
    static let root = """
        -----BEGIN CERTIFICATE-----
        MIIBcDCCARegAwIBAgIUIKlrxvS3a2+GF6QqIkhJsoip4WAwCgYIKoZIzj0EAwIw
        LjEQMA4GA1UECgwHRXhhbXBsZTEaMBgGA1UEAwwRTWFudWZhY3R1cmVyIFJvb3Qw
        HhcNMjYwMTAxMDAwMDAwWhcNNDYwMTAxMDAwMDAwWjAuMRAwDgYDVQQKDAdFeGFt
        cGxlMRowGAYDVQQDDBFNYW51ZmFjdHVyZXIgUm9vdDBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABLH64q3OHazxNcqnqvAqfbNkvoCqBvtoTbeLlB/lIDM005h2r1dS
        vRRAquxm84gS0KNw8E0PDPM2xOvSO3qeDEKjEzARMA8GA1UdEwEB/wQFMAMBAf8w
        CgYIKoZIzj0EAwIDRwAwRAIgedDo2buKpEldSqCnK+oEh9idg/TWKhvbEL+3bf7x
        JyQCIBLXRgfpZ5RaOy/6PYuPcpE2ubCXtBFZm2PTJ8vspDle
        -----END CERTIFICATE-----
        """
    static let otherRoot = """
        -----BEGIN CERTIFICATE-----
        MIIBYjCCAQmgAwIBAgIUQP0MMmohXzU6Tc7y2Q0MpZj9nH8wCgYIKoZIzj0EAwIw
        JzEQMA4GA1UECgwHRXhhbXBsZTETMBEGA1UEAwwKT3RoZXIgUm9vdDAeFw0yNjAx
        MDEwMDAwMDBaFw00NjAxMDEwMDAwMDBaMCcxEDAOBgNVBAoMB0V4YW1wbGUxEzAR
        BgNVBAMMCk90aGVyIFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASooMHu
        ORGGu7Z2IPLotNE00RnumF9IPnwk5HgCaVFlRECQY7C3zcMVvjqjjaeGvB2Y7chl
        4NuX1jJrgvsXcmzaoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cA
        MEQCIDTShLLkImbDn2viIyX+0XhABVE3uzgoovTnn9yFGNeOAiBZc3m200Llxfcd
        TMt/E8k3NKQU6Tt/WQ2XGphVUVU87Q==
        -----END CERTIFICATE-----
        """
    static let curveSigner = """
        -----BEGIN CERTIFICATE-----
        MIIBkzCCATigAwIBAgIUe05hyXJP5Lxl8hdj3uHOA+OBqSQwCgYIKoZIzj0EAwIw
        LjEQMA4GA1UECgwHRXhhbXBsZTEaMBgGA1UEAwwRTWFudWZhY3R1cmVyIFJvb3Qw
        HhcNMjYwMTAxMDAwMDAwWhcNNDYwMTAxMDAwMDAwWjAtMRAwDgYDVQQKDAdFeGFt
        cGxlMRkwFwYDVQQDDBBGaXJtd2FyZSBTaWduaW5nMFkwEwYHKoZIzj0CAQYIKoZI
        zj0DAQcDQgAEdCpT1MfWQStuOWALxgpM2afQ9BDn+fuAVZwzXwzoPq6SZ495bd/n
        rCQqQR2OKi9MMB3LgIeyJKAVTI3Hv4JtD6M1MDMwDAYDVR0TAQH/BAIwADAOBgNV
        HQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwMwCgYIKoZIzj0EAwIDSQAw
        RgIhAJGD/Uy5URPVPBe1lPNqIfkZN+VfWX2YRFPfO84G6HrtAiEAtwfMS2ui19BD
        KOi1NRISXcnqnKOCHs502J2vjfQZVHU=
        -----END CERTIFICATE-----
        """
    static let rsaSigner = """
        -----BEGIN CERTIFICATE-----
        MIICOzCCAeKgAwIBAgIUCuLGZtskVsSi/85/yIToOp6VG8kwCgYIKoZIzj0EAwIw
        LjEQMA4GA1UECgwHRXhhbXBsZTEaMBgGA1UEAwwRTWFudWZhY3R1cmVyIFJvb3Qw
        HhcNMjYwMTAxMDAwMDAwWhcNNDYwMTAxMDAwMDAwWjAxMRAwDgYDVQQKDAdFeGFt
        cGxlMR0wGwYDVQQDDBRGaXJtd2FyZSBTaWduaW5nIFJTQTCCASIwDQYJKoZIhvcN
        AQEBBQADggEPADCCAQoCggEBAKV7aM/uU7PUTv48eYORChcGMvVQUma0G0CA2vU7
        CEcpL+YUuPp0w5Oy4vkQtpor2juq9M/VQGjPkNl6+NYai5Sgfy9+V7C5iEGBIB5t
        w6yYKEhFHxunqt/gub/tKBjhZTL+uuib9FL4+Gn+ApjYO8fHj50raIevKsXx0r+x
        8ZBeIl83aS8IQjKObeyBezHYq1F8SUeQeyVOYBN6nXVz5LRLUVRSlIRIHZWr57Xp
        mt7ru0iu0aRJ3xUQi0lEEzR7VJGGovIQTgeZ1khW0MDaCvAawKNIDK4RmzDoUaAM
        T04VyWovRw6jV0TAggM9vta5Aj9X9+5PCGP7Y+x5uDnBvOUCAwEAAaMQMA4wDAYD
        VR0TAQH/BAIwADAKBggqhkjOPQQDAgNHADBEAiBjOugnaCmaTYJEwSgjg7YJUeyO
        /FG27cGigtQWcBf80AIgf05nvq6JbJUVVR0ea403jzPwbRHG989HKTb6TdaNruU=
        -----END CERTIFICATE-----
        """
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBdzCCAR6gAwIBAgIUJwdvnoUk7eJxZih+VpZzfPXjKjgwCgYIKoZIzj0EAwIw
        LjEQMA4GA1UECgwHRXhhbXBsZTEaMBgGA1UEAwwRTWFudWZhY3R1cmVyIFJvb3Qw
        HhcNMjYwMTAxMDAwMDAwWhcNNDYwMTAxMDAwMDAwWjAjMRAwDgYDVQQKDAdFeGFt
        cGxlMQ8wDQYDVQQDDAZTZXJ2ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR0
        KlPUx9ZBK245YAvGCkzZp9D0EOf5+4BVnDNfDOg+rpJnj3lt3+esJCpBHY4qL0ww
        HcuAh7IkoBVMjce/gm0PoyUwIzAMBgNVHRMBAf8EAjAAMBMGA1UdJQQMMAoGCCsG
        AQUFBwMBMAoGCCqGSM49BAMCA0cAMEQCIFtCx4dZO4QXga3WmNPQBYa2UIyekEmO
        3nPphXTXoDRnAiAaf6lbUSdFESTUij0f+45WYD+WMftTcJ/E6MZ7yjTexg==
        -----END CERTIFICATE-----
        """
    static let encipherment = """
        -----BEGIN CERTIFICATE-----
        MIIBejCCAR+gAwIBAgIUL0m5PIdXcs+FV2Ts8QSGpAUWzD4wCgYIKoZIzj0EAwIw
        LjEQMA4GA1UECgwHRXhhbXBsZTEaMBgGA1UEAwwRTWFudWZhY3R1cmVyIFJvb3Qw
        HhcNMjYwMTAxMDAwMDAwWhcNNDYwMTAxMDAwMDAwWjApMRAwDgYDVQQKDAdFeGFt
        cGxlMRUwEwYDVQQDDAxFbmNpcGhlcm1lbnQwWTATBgcqhkjOPQIBBggqhkjOPQMB
        BwNCAAR0KlPUx9ZBK245YAvGCkzZp9D0EOf5+4BVnDNfDOg+rpJnj3lt3+esJCpB
        HY4qL0wwHcuAh7IkoBVMjce/gm0PoyAwHjAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB
        /wQEAwIFIDAKBggqhkjOPQQDAgNJADBGAiEAoC9JfWnqlHSA9JGYOwuT8oKWm6Mg
        VcS5f3NsEyQeMSMCIQDhGK/kKdWm3nUw7OtuTkurt0CMjtPKuU3gKuvLOZo/wA==
        -----END CERTIFICATE-----
        """
    static let revocations = """
        -----BEGIN X509 CRL-----
        MIHfMIGGAgEBMAoGCCqGSM49BAMCMC4xEDAOBgNVBAoMB0V4YW1wbGUxGjAYBgNV
        BAMMEU1hbnVmYWN0dXJlciBSb290Fw0yNjAxMDEwMDAwMDBaFw00NjAxMDEwMDAw
        MDBaMCcwJQIUe05hyXJP5Lxl8hdj3uHOA+OBqSQXDTI2MDEwMTAwMDAwMFowCgYI
        KoZIzj0EAwIDSAAwRQIgXA+OP2tTGflFFGdl/HsMgkfMqJ+7T5EJ+VDCGkZWFuwC
        IQDeQLxjT0nexoHXbzLBgNOMqigaP8m97dEgRz+eo8TXuQ==
        -----END X509 CRL-----
        """
    static let curveSignature = """
        MEYCIQCD730Cjn5RYujTuac0+bL2RdwR9Rl2PViL96Ei2sqVigIhAOBsyJjGGuETwROXfe6dXpFNE1XabaiS05vyxFdFxFLl
        """
    static let pssSignature = """
        iEL1I+EcbwN6YSmz3dFCu7SWsHhnX1ltarBBRtl3Zq7Dxgl1Hd9MQFMsPw1fPVF9k5cnCqRHGze4dv9VJYdUCj0CMHGZCWFW1KCT
        V/4N0aHX2fWBqgndyjZmyzsPj9NObFP1utr2LHOsWhR9bSVgRc2wn/99YOpsZGYzKF/94Et9cfZBPZ8zrODxfOlpL2PNbPQ86Rib
        e890RLGWrFEO2gEVWyNmp9kuvneVf05L89qnbgh7/wJeeB9b6uJpGzYsuKci/udn6e+dl+8ompDpf6Emh3xJ+G9tWzXZEU7mn8Gx
        gNrACghcmb9L+29sZf+Ami7rWUbwHu5cRrILzwG27A==
        """
    static let pssSignatureWithLongSalt = """
        VZtMMjbVXmL2RqM7QCln0OiZRysR5korY6qnwRYTGZdBFpfxXZ7uvjs7Sl3r1V8pp9XIlq1gxD2o/azh/vBh6+ZxwhxL3JFw17df
        9wWGZwja7okQQhIOtPBP3uqWx7qGu9e0m2F+IQx2LMg3qgu4aAHChn0ApipQg+rJzYlWDO5qT56D1+wcPpJscH6eund2UXyeMxTR
        nbUipI7KFj79jOisuNPdS48bBv631dGpAgR1JaFtPblLb+vatMtJKGPk/F2VHv62roDRRA/usYztur0rvX5OXj+bjT3yjIF4oaE5
        kgxHVbnJgy/YOPAf0eWBoblu/khJKPBqcN9pz/ssng==
        """
    static let oldSignature = """
        Pnr5ScCpSntmtQWH7eYKXcBzB8fRqxoRgUZIAnN39AMcjTerd83cBW2LkzYpQTKZcIrSszKKQezd7Io0+dmv11S15CqZ+OdzuTEQ
        Rp+isDH41SYb+Rv1xibdTtj8QHTXdCzwBK3iwz+SLm6JaHHg48KBDjTyitkSviC8Oa0+hHZSufOxqPZvQDVI9NcexfcuUgi1T05H
        N9sSy2WsuFz4n1qnYLhkd6613/oy/si9r8Rxtik4dHyiptSimMVsoY0Z4uvyutyIMQPJNQVESO7vdrX4mHWRdC0ar+e5rDcQ22Mn
        vtnHhpALsKkP1c/O9XMpTroA0xAA8ak8rHspFAYNhQ==
        """
}
