module porcupine-peer

go 1.16
