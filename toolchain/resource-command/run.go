package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
)

// logged says which streams each value of `logging` sends to the engine's log.
var logged = map[string]struct{ stdout, stderr bool }{
	"none":            {},
	"stdout":          {stdout: true},
	"stderr":          {stderr: true},
	"stdoutAndStderr": {stdout: true, stderr: true},
}

// run executes command as state's inputs say and puts its output into state; a nil command does nothing.
// The error of a command that fails quotes the command line and both its streams.
func run(ctx context.Context, command *string, state *State) error {
	if command == nil {
		return nil
	}
	shell := []string{"/bin/sh", "-c"}
	if state.Interpreter != nil && len(*state.Interpreter) > 0 {
		shell = *state.Interpreter
	}
	args := append(append([]string{}, shell...), *command)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = environment(state)
	if state.Dir != nil {
		cmd.Dir = *state.Dir // otherwise the plugin's own, which is the project's folder
	}
	if state.Stdin != nil {
		cmd.Stdin = strings.NewReader(*state.Stdin)
	}

	var stdout, stderr, both bytes.Buffer
	combined := &lockedWriter{to: &both}
	log, finishLog := logWriter(ctx)
	streams := logged["stdoutAndStderr"]
	if state.Logging != nil && *state.Logging != "" {
		streams = logged[*state.Logging]
	}
	cmd.Stdout = tee(streams.stdout, log, &stdout, combined)
	cmd.Stderr = tee(streams.stderr, log, &stderr, combined)

	err := runInterruptibly(ctx, cmd)
	finishLog()
	if err != nil {
		return fmt.Errorf("%w: running %q:\n%s", err, *command, both.String())
	}
	state.Stdout = strings.TrimSuffix(stdout.String(), "\n")
	state.Stderr = strings.TrimSuffix(stderr.String(), "\n")
	return nil
}

// environment is the plugin's own, then the resource's, then the output of the run before if it is wanted.
func environment(state *State) []string {
	env := os.Environ()
	if state.Environment != nil {
		for name, value := range *state.Environment {
			env = append(env, name+"="+value)
		}
	}
	if state.AddPreviousOutputInEnv == nil || *state.AddPreviousOutputInEnv {
		if state.Stdout != "" {
			env = append(env, "PULUMI_COMMAND_STDOUT="+state.Stdout)
		}
		if state.Stderr != "" {
			env = append(env, "PULUMI_COMMAND_STDERR="+state.Stderr)
		}
	}
	return env
}

// tee writes to every writer of others, and to log if wanted.
func tee(wanted bool, log io.Writer, others ...io.Writer) io.Writer {
	if wanted {
		others = append(others, log)
	}
	return io.MultiWriter(others...)
}

// lockedWriter lets two streams share one buffer.
type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}

// logWriter shows what is written to it, line by line, in the engine's display; the function returned ends
// it and waits until the last line is out.
func logWriter(ctx context.Context) (io.Writer, func()) {
	reader, writer := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewReader(reader) // not a Scanner, which gives up at a line of 64 KiB
		for {
			line, err := lines.ReadString('\n')
			if line != "" {
				p.GetLogger(ctx).InfoStatus(strings.TrimSuffix(line, "\n"))
			}
			if err != nil {
				return
			}
		}
	}()
	return writer, func() {
		_ = writer.Close()
		<-done
	}
}
