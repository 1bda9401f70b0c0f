package main

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs a shell command when it is created, changed and deleted.
type Command struct{}

// Annotate gives the resource the token that npm's @pulumi/command registers.
func (c *Command) Annotate(a infer.Annotator) { a.SetToken("local", "Command") }

// Inputs are the arguments of command:local:Command. They are all kept in the state: delete runs with the
// ones of the last apply.
type Inputs struct {
	Create                 *string            `pulumi:"create,optional"`
	Update                 *string            `pulumi:"update,optional"`
	Delete                 *string            `pulumi:"delete,optional"`
	Triggers               *[]any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *string            `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// Annotate sets the default that the official plugin sets.
func (in *Inputs) Annotate(a infer.Annotator) { a.SetDefault(&in.AddPreviousOutputInEnv, true) }

// State is what is recorded: the inputs and what the last run printed.
type State struct {
	Inputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Check refuses what this stand-in does not do.
func (c *Command) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[Inputs], error) {
	in, failures, err := infer.DefaultCheck[Inputs](ctx, req.NewInputs)
	if err != nil {
		return infer.CheckResponse[Inputs]{}, err
	}
	failures = append(failures, standIn.Refuse(req.NewInputs, "assetPaths", "archivePaths")...)
	if in.Logging != nil && *in.Logging != "" {
		if _, known := logged[*in.Logging]; !known {
			failures = append(failures, p.CheckFailure{
				Property: "logging",
				Reason:   fmt.Sprintf("%q is none of none, stdout, stderr, stdoutAndStderr", *in.Logging),
			})
		}
	}
	return infer.CheckResponse[Inputs]{Inputs: in, Failures: failures}, nil
}

// Create runs the create command. An error means that nothing is recorded, so the next apply runs it again.
func (c *Command) Create(
	ctx context.Context, req infer.CreateRequest[Inputs],
) (infer.CreateResponse[State], error) {
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err != nil {
		return infer.CreateResponse[State]{}, err
	}
	state := State{Inputs: req.Inputs}
	if !req.DryRun {
		err = run(ctx, req.Inputs.Create, &state)
	}
	return infer.CreateResponse[State]{ID: id, Output: state}, err
}

// Update runs the update command, or the create command where there is none.
func (c *Command) Update(
	ctx context.Context, req infer.UpdateRequest[Inputs, State],
) (infer.UpdateResponse[State], error) {
	state := State{Inputs: req.Inputs, Stdout: req.State.Stdout, Stderr: req.State.Stderr}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	var err error
	if !req.DryRun {
		err = run(ctx, command, &state)
	}
	return infer.UpdateResponse[State]{Output: state}, err
}

// Delete runs the delete command that the state holds, in the environment that the state holds.
func (c *Command) Delete(ctx context.Context, req infer.DeleteRequest[State]) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, run(ctx, req.State.Delete, &req.State)
}
