// Measures Porcupine on histories in files: `porcupine FILE...`.
//
// Writes a line for each file: its name, the verdict, and how many nanoseconds one check took.
// Reading is not measured. A file that ends in .log is what Jepsen prints about a register with
// compare-and-swap, any other one holds a map of texts in EDN, an event a line.
package main

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// As long may one check take.
const patience = 2 * time.Second

// Checks are repeated until that much time is over, but not more often than this.
const atLeast, mostRounds = 20 * time.Millisecond, 500

func main() {
	runtime.GOMAXPROCS(1)
	for _, name := range os.Args[1:] {
		model, events := mapModel, readMap
		if strings.HasSuffix(name, ".log") {
			model, events = registerModel, readRegister
		}
		history := events(name)
		runtime.GC()
		verdict := porcupine.Unknown
		rounds, start := 0, time.Now()
		for rounds == 0 || (time.Since(start) < atLeast && rounds < mostRounds) {
			verdict = porcupine.CheckEventsTimeout(model, history, patience)
			rounds++
		}
		each := time.Since(start).Nanoseconds() / int64(rounds)
		fmt.Println(name, verdict, each)
	}
}

type input struct {
	f, key, value, to string
}

type output struct {
	unknown, ok bool
	value       string
}

// Registers hold small numbers: compared as numbers, not as texts.
type number struct {
	f, from, to int
}

type answer struct {
	unknown, ok bool
	value       int
}

const (
	read = iota
	write
	cas
)

const noNumber = -1

var registerModel = porcupine.Model{
	Init: func() interface{} { return noNumber },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		now, asked, told := state.(int), in.(number), out.(answer)
		switch asked.f {
		case read:
			return told.unknown || told.value == now, state
		case write:
			return true, asked.to
		}
		if now == asked.from {
			return told.unknown || told.ok, asked.to
		}
		return told.unknown || !told.ok, state
	},
	Hash: func(state interface{}) uint64 { return uint64(state.(int)) },
}

var mapModel = porcupine.Model{
	PartitionEvent: func(history []porcupine.Event) [][]porcupine.Event {
		parts, keys := map[string][]porcupine.Event{}, map[int]string{}
		for _, event := range history {
			if event.Kind == porcupine.CallEvent {
				keys[event.Id] = event.Value.(input).key
			}
			key := keys[event.Id]
			parts[key] = append(parts[key], event)
		}
		var all [][]porcupine.Event
		for _, part := range parts {
			all = append(all, part)
		}
		return all
	},
	Init: func() interface{} { return "" },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		now, asked, told := state.(string), in.(input), out.(output)
		switch asked.f {
		case "get":
			return told.unknown || told.value == now, state
		case "put":
			return true, asked.value
		}
		return true, now + asked.value
	},
	Hash: func(state interface{}) uint64 {
		hash := fnv.New64a()
		hash.Write([]byte(state.(string)))
		return hash.Sum64()
	},
}

var registerLine = regexp.MustCompile(`(\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(.*)$`)

func readRegister(name string) []porcupine.Event {
	history := newHistory()
	for _, line := range lines(name) {
		told := registerLine.FindStringSubmatch(line)
		if told == nil {
			continue
		}
		process, kind, f, rest := told[1], told[2], told[3], told[4]
		timedOut := strings.HasPrefix(rest, ":")
		values := strings.Fields(strings.Trim(rest, "[]"))
		switch {
		case kind == "invoke" && f == "read":
			history.call(process, number{f: read})
		case kind == "invoke" && f == "write":
			history.call(process, number{f: write, to: parse(values[0])})
		case kind == "invoke":
			history.call(process, number{f: cas, from: parse(values[0]), to: parse(values[1])})
		case kind == "fail" && f == "read":
			history.back(process, answer{unknown: true})
		case kind == "info" || timedOut:
			// It may take effect at any time: it returns at the end.
		case f == "read":
			history.back(process, answer{value: parse(values[0])})
		default:
			history.back(process, answer{ok: kind == "ok"})
		}
	}
	return history.end(answer{unknown: true})
}

var mapLine = regexp.MustCompile(
	`:process (\d+), :type :(invoke|ok|fail|info), :f :(get|put|append), :key "([^"]*)", :value (nil|"([^"]*)"|:.*)}`)

func readMap(name string) []porcupine.Event {
	history := newHistory()
	for _, line := range lines(name) {
		told := mapLine.FindStringSubmatch(line)
		if told == nil {
			continue
		}
		process, kind, f, key, value := told[1], told[2], told[3], told[4], told[6]
		switch kind {
		case "invoke":
			history.call(process, input{f: f, key: key, value: value})
		case "ok":
			history.back(process, output{value: value})
		}
	}
	return history.end(output{unknown: true})
}

type history struct {
	events []porcupine.Event
	open   map[string]int
	order  []string
	next   int
}

func newHistory() *history {
	return &history{open: map[string]int{}}
}

func (h *history) call(process string, value interface{}) {
	h.events = append(h.events, porcupine.Event{Kind: porcupine.CallEvent, Value: value, Id: h.next})
	h.open[process] = h.next
	h.order = append(h.order, process)
	h.next++
}

func (h *history) back(process string, value interface{}) {
	if id, ok := h.open[process]; ok {
		h.events = append(h.events, porcupine.Event{Kind: porcupine.ReturnEvent, Value: value, Id: id})
		delete(h.open, process)
	}
}

// What is open at the end returns there, in the order of the calls.
func (h *history) end(value interface{}) []porcupine.Event {
	for _, process := range h.order {
		h.back(process, value)
	}
	return h.events
}

func lines(name string) []string {
	file, err := os.Open(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer file.Close()
	var all []string
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<26)
	for scanner.Scan() {
		all = append(all, scanner.Text())
	}
	return all
}

func parse(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		return noNumber
	}
	return value
}
