package main

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// SelfSignedCert issues a certificate that is signed by its own key: a root, mostly.
type SelfSignedCert struct{}

// Annotate sets the token.
func (c *SelfSignedCert) Annotate(a infer.Annotator) {
	setToken(a, "selfSignedCert", "SelfSignedCert")
}

// SelfSignedCertInputs are the arguments of tls.SelfSignedCert.
type SelfSignedCertInputs struct {
	Names
	CertInputs
	PrivateKeyPem     string `pulumi:"privateKeyPem" provider:"secret"`
	SetAuthorityKeyID *bool  `pulumi:"setAuthorityKeyId,optional"`
}

// Annotate sets the official default.
func (in *SelfSignedCertInputs) Annotate(a infer.Annotator) {
	a.SetDefault(&in.SetAuthorityKeyID, false)
}

// SelfSignedCertState is the certificate.
type SelfSignedCertState struct {
	SelfSignedCertInputs
	CertState
	KeyAlgorithm string `pulumi:"keyAlgorithm"`
}

// WireDependencies keeps the key secret.
func (c *SelfSignedCert) WireDependencies(
	f infer.FieldSelector, _ *SelfSignedCertInputs, state *SelfSignedCertState,
) {
	f.OutputField(&state.PrivateKeyPem).AlwaysSecret()
}

// Create issues the certificate.
func (c *SelfSignedCert) Create(
	_ context.Context, req infer.CreateRequest[SelfSignedCertInputs],
) (infer.CreateResponse[SelfSignedCertState], error) {
	state := SelfSignedCertState{SelfSignedCertInputs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[SelfSignedCertState]{Output: state}, nil
	}
	id, err := state.issue()
	return infer.CreateResponse[SelfSignedCertState]{ID: id, Output: state}, err
}

func (s *SelfSignedCertState) issue() (id string, err error) {
	key, algorithm, err := parseKey(s.PrivateKeyPem)
	if err != nil {
		return "", err
	}
	names, err := s.parse()
	if err != nil {
		return "", err
	}
	cert, err := template(s.CertInputs, names, key.Public())
	if err != nil {
		return "", err
	}
	if *s.SetAuthorityKeyID {
		if cert.AuthorityKeyId, err = keyID(key.Public()); err != nil {
			return "", err
		}
	}
	s.KeyAlgorithm = algorithm
	id, s.CertState, err = sign(cert, cert, key.Public(), key)
	return id, err
}
