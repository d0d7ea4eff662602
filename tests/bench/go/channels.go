// tests/bench/go/channels.go: values through channels, selects, a fan-in and the prime sieve.
// Thread: see main.go.
// Owner: main.go.
package main

import (
	"sync"
	"time"
)

func pingpong() float64 {
	const rounds = 500_000
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
		close(pong)
	}()
	begun := time.Now()
	for i := 0; i < rounds; i++ {
		ping <- i
		<-pong
	}
	took := each(2*rounds, begun)
	close(ping)
	<-pong
	return took
}

func stream(capacity, n int) float64 {
	c := make(chan int, capacity)
	begun := time.Now()
	go func() {
		for i := 0; i < n; i++ {
			c <- i
		}
		close(c)
	}()
	sum := 0
	for v := range c {
		sum += v
	}
	if sum != n*(n-1)/2 {
		panic("a value was lost")
	}
	return each(n, begun)
}

func select2() float64 {
	const n = 500_000
	a, b := make(chan int), make(chan int)
	send := func(c chan int) {
		for i := 0; i < n; i++ {
			c <- i
		}
	}
	begun := time.Now()
	go send(a)
	go send(b)
	sum := 0
	for i := 0; i < 2*n; i++ {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum += v
		}
	}
	if sum != n*(n-1) {
		panic("a value was lost")
	}
	return each(2*n, begun)
}

func select2Ready() float64 {
	const rounds, full = 500, 1024
	a, b := make(chan int, full), make(chan int, full)
	took := 0.0
	for r := 0; r < rounds; r++ {
		for i := 0; i < full; i++ {
			a <- i
			b <- i
		}
		begun := time.Now()
		sum := 0
		for i := 0; i < full; i++ {
			select {
			case v := <-a:
				sum += v
			case v := <-b:
				sum += v
			}
		}
		took += each(full*rounds, begun)
		if sum < 0 {
			panic("no sum of these")
		}
		for len(a) > 0 {
			<-a
		}
		for len(b) > 0 {
			<-b
		}
	}
	return took
}

// Each input has a task that passes it on to the one output, as in the text.
func fanin() float64 {
	const inputs, n = 100, 10_000
	out := make(chan int)
	var passing sync.WaitGroup
	begun := time.Now()
	for i := 0; i < inputs; i++ {
		in := make(chan int)
		go func() {
			for v := 0; v < n; v++ {
				in <- v
			}
			close(in)
		}()
		passing.Add(1)
		go func() {
			defer passing.Done()
			for v := range in {
				out <- v
			}
		}()
	}
	go func() {
		passing.Wait()
		close(out)
	}()
	got := 0
	for range out {
		got++
	}
	if got != inputs*n {
		panic("a value was lost")
	}
	return each(got, begun)
}

func semaphore() float64 {
	const tasks, n = 10, 100_000
	permits := make(chan struct{}, 3)
	var all sync.WaitGroup
	begun := time.Now()
	for t := 0; t < tasks; t++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < n; i++ {
				permits <- struct{}{}
				yield()
				<-permits
			}
		}()
	}
	all.Wait()
	return each(tasks*n, begun)
}

const primes = 2000

func sievePlain() float64 {
	begun := time.Now()
	first := make(chan int)
	done := make(chan struct{})
	go func() {
		for i := 2; ; i++ {
			select {
			case first <- i:
			case <-done:
				return
			}
		}
	}()
	in := first
	for i := 0; i < primes; i++ {
		prime := <-in
		out := make(chan int)
		go func(in, out chan int, prime int) {
			for v := range in {
				if v%prime != 0 {
					out <- v
				}
			}
		}(in, out, prime)
		in = out
	}
	took := each(1_000_000, begun)
	close(done)
	return took
}

func sieveWithDone() float64 {
	begun := time.Now()
	done := make(chan struct{})
	var all sync.WaitGroup
	first := make(chan int)
	all.Add(1)
	go func() {
		defer all.Done()
		for i := 2; ; i++ {
			select {
			case first <- i:
			case <-done:
				return
			}
		}
	}()
	in := first
	for i := 0; i < primes; i++ {
		prime := <-in
		out := make(chan int)
		all.Add(1)
		go func(in, out chan int, prime int) {
			defer all.Done()
			for {
				select {
				case v := <-in:
					if v%prime == 0 {
						continue
					}
					select {
					case out <- v:
					case <-done:
						return
					}
				case <-done:
					return
				}
			}
		}(in, out, prime)
		in = out
	}
	took := each(1_000_000, begun)
	close(done)
	all.Wait()
	return took
}
